/**
 * Looks for secret values in bytes that should not hold them: HTTP bodies, database pages, write-ahead log,
 * blobs, logs. A leak counts from 16 consecutive values on, in any of the encodings programs commonly use.
 */

/** A vector or key whose appearance anywhere is a leak. */
export interface Canary {
  readonly name: string;
  readonly values: ArrayLike<number>;
}

/** Some bytes that were written or sent, and where. */
export interface Trace {
  readonly place: string;
  readonly bytes: Uint8Array;
}

export interface Finding {
  readonly canary: string;
  readonly encoding: string;
  readonly place: string;
}

/** Values in a row that make a leak. Every run of 2 * window - 1 values holds one whole aligned window. */
const window = 16;

/** All leaks of `canaries` in `traces`; empty when there is none. */
export function findLeaks(canaries: readonly Canary[], traces: readonly Trace[]): Finding[] {
  const patterns = canaries.flatMap(patternsOf);
  const found: Finding[] = [];
  for (const { place, bytes } of traces) {
    const haystack = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    // Base64 and hex survive any case or alphabet a program may have chosen once these are folded away.
    const folded = Buffer.from(
      haystack.toString('latin1').replaceAll('-', '+').replaceAll('_', '/'),
      'latin1',
    );
    const lower = Buffer.from(haystack.toString('latin1').toLowerCase(), 'latin1');
    const haystacks = { raw: haystack, base64: folded, hex: lower };
    for (const { canary, encoding, form, needle } of patterns) {
      if (haystacks[form].includes(needle)) found.push({ canary, encoding, place });
    }
    const numbers = decimals(haystack);
    for (const canary of canaries) {
      if (numbers.length >= window && holdsDecimals(numbers, canary.values)) {
        found.push({ canary: canary.name, encoding: 'decimal', place });
      }
    }
  }
  return unique(found);
}

interface Pattern {
  readonly canary: string;
  readonly encoding: string;
  readonly form: 'raw' | 'base64' | 'hex';
  readonly needle: Buffer;
}

/** Every aligned window in every binary encoding, and the hex and base64 text of each. */
function patternsOf({ name, values }: Canary): Pattern[] {
  const all = Array.from(values);
  const patterns: Pattern[] = [];
  for (let start = 0; start + window <= all.length; start += window) {
    const part = all.slice(start, start + window);
    const whole = part.every((v) => Number.isInteger(v) && v >= -128 && v < 256);
    const encodings: [string, Uint8Array][] = whole
      ? [['int8', new Uint8Array(part.map((v) => v & 255))]]
      : [];
    encodings.push(
      ['float32', bytesOf(new Float32Array(part))],
      ['float64', bytesOf(new Float64Array(part))],
    );
    for (const [encoding, bytes] of encodings) {
      // A window of equal values (a run of zeros) is no evidence of anything.
      if (new Set(bytes).size < 4) continue;
      const raw = Buffer.from(bytes);
      patterns.push({ canary: name, encoding, form: 'raw', needle: raw });
      patterns.push({
        canary: name,
        encoding: `${encoding} hex`,
        form: 'hex',
        needle: Buffer.from(raw.toString('hex')),
      });
      // Base64 depends on the position modulo 3; what is left of the ends belongs to the neighbours.
      for (const skip of [0, 1, 2]) {
        const inner = raw.subarray(skip, raw.length - ((raw.length - skip) % 3));
        patterns.push({
          canary: name,
          encoding: `${encoding} base64`,
          form: 'base64',
          needle: Buffer.from(inner.toString('base64')),
        });
      }
    }
  }
  return patterns;
}

function bytesOf(view: ArrayBufferView): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}

/** Decimal numbers in reading order, whatever separates them; runs of other text between them are ignored. */
function decimals(haystack: Buffer): number[] {
  return (haystack.toString('latin1').match(/-?\d+(?:\.\d+)?(?:e[+-]?\d+)?/gi) ?? []).map(Number);
}

/** Whether 16 values in a row appear as decimals, printed with at least three significant digits. */
function holdsDecimals(numbers: readonly number[], values: ArrayLike<number>): boolean {
  const all = Array.from(values);
  const near = (a: number, b: number): boolean => Math.abs(a - b) <= Math.max(6e-4, Math.abs(b) * 6e-4);
  for (let start = 0; start + window <= all.length; start += window) {
    const part = all.slice(start, start + window);
    if (new Set(part).size < 4) continue;
    for (let at = 0; at + window <= numbers.length; at++) {
      let k = 0;
      while (k < window && near(numbers[at + k]!, part[k]!)) k++;
      if (k === window) return true;
    }
  }
  return false;
}

function unique(findings: readonly Finding[]): Finding[] {
  return [...new Map(findings.map((f) => [`${f.canary}|${f.encoding}|${f.place}`, f])).values()];
}
