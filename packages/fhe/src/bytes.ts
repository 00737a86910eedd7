const platformIsLittle = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1;

/** A whole buffer as little-endian 32-bit words, whatever the machine's byte order; a view of it where that is little. */
export function littleEndianWords(bytes: Uint8Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const words = new Uint32Array(bytes.buffer);
  if (platformIsLittle) return words;
  const view = new DataView(bytes.buffer);
  return words.map((_, i) => view.getUint32(4 * i, true));
}
