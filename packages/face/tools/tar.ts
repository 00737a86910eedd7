/** Reads an uncompressed tar file (ustar): plain files only, whole in memory. @module */
import { readFileSync } from 'node:fs';

const block = 512;

export function* readTar(path: string): Generator<{ name: string; bytes: Uint8Array }> {
  const tar = readFileSync(path);
  const text = (from: number, length: number): string =>
    tar.toString('utf8', from, from + length).replace(/\0.*$/s, '');
  for (let at = 0; at + block <= tar.length && tar[at] !== 0; ) {
    const size = Number.parseInt(text(at + 124, 12), 8);
    const prefix = text(at + 345, 155);
    const kind = tar[at + 156];
    const start = at + block;
    const name = prefix ? `${prefix}/${text(at, 100)}` : text(at, 100);
    if (kind === 0x30 || kind === 0) yield { name, bytes: tar.subarray(start, start + size) };
    at = start + Math.ceil(size / block) * block;
  }
}
