/** Plain text with blank lines between paragraphs, as paragraphs. No markup is interpreted. */
export function Paragraphs({ text }: { readonly text: string }) {
  return (
    <>
      {text
        .split(/\n\s*\n/)
        .filter((part) => part.trim() !== '')
        .map((part, i) => (
          <p key={i}>{part.trim()}</p>
        ))}
    </>
  );
}
