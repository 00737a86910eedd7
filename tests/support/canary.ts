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

/** All leaks of `canaries` in `traces`; empty when there is none. One pass over each trace and form. */
export function findLeaks(canaries: readonly Canary[], traces: readonly Trace[]): Finding[] {
  const patterns = canaries.flatMap(patternsOf);
  const indexes = {
    raw: new PatternIndex(patterns.filter(({ form }) => form === 'raw')),
    base64: new PatternIndex(patterns.filter(({ form }) => form === 'base64')),
    hex: new PatternIndex(patterns.filter(({ form }) => form === 'hex')),
  };
  const decimalIndex = new DecimalIndex(canaries);
  const found: Finding[] = [];
  for (const { place, bytes } of traces) {
    const haystack = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const text = haystack.toString('latin1');
    // Base64 and hex survive any case or alphabet a program may have chosen once these are folded away.
    const folded = Buffer.from(text.replaceAll('-', '+').replaceAll('_', '/'), 'latin1');
    const lower = Buffer.from(text.toLowerCase(), 'latin1');
    for (const { canary, encoding } of [
      ...indexes.raw.find(haystack),
      ...indexes.base64.find(folded),
      ...indexes.hex.find(lower),
    ]) {
      found.push({ canary, encoding, place });
    }
    for (const canary of decimalIndex.find(decimals(text)))
      found.push({ canary, encoding: 'decimal', place });
  }
  return unique(found);
}

/** Looks for many needles at once, by four bytes of each that are rare elsewhere. */
class PatternIndex {
  readonly #byProbe = new Map<number, { pattern: Pattern; offset: number }[]>();
  /** One byte for each hash of a probe that occurs: nearly every position is dismissed by it. */
  readonly #filter = new Uint8Array(2 ** 16);

  constructor(patterns: readonly Pattern[]) {
    for (const pattern of patterns) {
      const offset = mostTelling(pattern.needle);
      const probe = pattern.needle.readInt32LE(offset);
      this.#filter[hash(probe)] = 1;
      const others = this.#byProbe.get(probe);
      if (others) others.push({ pattern, offset });
      else this.#byProbe.set(probe, [{ pattern, offset }]);
    }
  }

  find(haystack: Buffer): Set<Pattern> {
    const found = new Set<Pattern>();
    for (let at = 0; at + 4 <= haystack.length; at++) {
      const probe =
        haystack[at]! | (haystack[at + 1]! << 8) | (haystack[at + 2]! << 16) | (haystack[at + 3]! << 24);
      if (this.#filter[hash(probe)] === 0) continue;
      for (const { pattern, offset } of this.#byProbe.get(probe) ?? []) {
        const { needle } = pattern;
        const start = at - offset;
        if (start >= 0 && haystack.subarray(start, start + needle.length).equals(needle)) found.add(pattern);
      }
    }
    return found;
  }
}

/** Where the four most different bytes begin: zeros and repeats fill whole database pages. */
function mostTelling(needle: Buffer): number {
  let [best, most] = [0, -1];
  for (let offset = 0; offset + 4 <= needle.length; offset++) {
    const bytes = needle.subarray(offset, offset + 4);
    const different = new Set(bytes).size - (bytes.includes(0) ? 1 : 0);
    if (different > most) [best, most] = [offset, different];
  }
  return best;
}

/** 16 bits of a multiplicative hash (Knuth). */
function hash(start: number): number {
  return Math.imul(start, 0x9e3779b1) >>> 16;
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
function decimals(text: string): number[] {
  return (text.match(/-?\d+(?:\.\d+)?(?:e[+-]?\d+)?/gi) ?? []).map(Number);
}

/** Looks for 16 values in a row printed as decimals, with at least three digits after the point. */
class DecimalIndex {
  readonly #byFirst = new Map<number, { canary: string; part: readonly number[] }[]>();

  constructor(canaries: readonly Canary[]) {
    for (const { name, values } of canaries) {
      const all = Array.from(values);
      for (let start = 0; start + window <= all.length; start += window) {
        const part = all.slice(start, start + window);
        // A run of equal values is no evidence of anything.
        if (new Set(part).size < 4) continue;
        const key = Math.round(part[0]! * 1000);
        for (const near of [key - 1, key, key + 1]) {
          this.#byFirst.set(near, [...(this.#byFirst.get(near) ?? []), { canary: name, part }]);
        }
      }
    }
  }

  /** Names of the canaries found. */
  find(numbers: readonly number[]): Set<string> {
    const found = new Set<string>();
    for (let at = 0; at + window <= numbers.length; at++) {
      for (const { canary, part } of this.#byFirst.get(Math.round(numbers[at]! * 1000)) ?? []) {
        if (part.every((value, k) => printed(numbers[at + k]!, value))) found.add(canary);
      }
    }
    return found;
  }
}

/** Whether a program that prints `value` may have printed `number`. Whole values are printed whole. */
function printed(number: number, value: number): boolean {
  return Number.isInteger(value) ? number === value : Math.abs(number - value) <= 6e-4;
}

function unique(findings: readonly Finding[]): Finding[] {
  return [...new Map(findings.map((f) => [`${f.canary}|${f.encoding}|${f.place}`, f])).values()];
}
