/** The mark: a face's oval with a closed eye. */
export function Logo() {
  return (
    <svg class="logo" viewBox="0 0 32 32" aria-hidden="true">
      <ellipse cx="16" cy="16" rx="10.5" ry="13.5" />
      <path d="M9.5 15.5 q6.5 6 13 0" />
      <path d="M12 19.2 l-1.2 2 M16 20.3 v2.3 M20 19.2 l1.2 2" />
    </svg>
  );
}
