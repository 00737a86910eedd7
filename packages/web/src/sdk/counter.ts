/**
 * What has left this page, counted where it leaves: the API client reports every request body here. The
 * privacy strip shows these numbers and nothing else.
 * @module
 */

/**
 * `challenge`: hashes and signatures of a liveness challenge, over its WebSocket. `encrypted`: a picture under this
 * device's key. `keys`: what a server needs to compute with such pictures, and cannot open one with.
 */
export type BodyKind = 'picture' | 'sealed' | 'ticket' | 'challenge' | 'encrypted' | 'keys' | 'json';

export interface Sent {
  readonly count: number;
  /** Unit: bytes of request bodies and of WebSocket messages. */
  readonly bytes: number;
}

export type Totals = Readonly<Record<BodyKind, Sent>>;

/** The message that left last, kept for "view the packet". */
export interface Packet {
  readonly path: string;
  readonly body: Uint8Array;
}

const none: Sent = { count: 0, bytes: 0 };

export class TrafficCounter {
  #totals: Totals = {
    picture: none,
    sealed: none,
    ticket: none,
    challenge: none,
    encrypted: none,
    keys: none,
    json: none,
  };
  #packet: Packet | undefined;
  readonly #listeners = new Set<() => void>();

  get totals(): Totals {
    return this.#totals;
  }

  /** The last sealed message, byte for byte. */
  get packet(): Packet | undefined {
    return this.#packet;
  }

  /**
   * Counts one body. `declared` is what the caller believes it sends; bytes that look like a picture are
   * counted as one whatever they were declared as, so that the zero on the screen is measured, not printed.
   */
  add(declared: BodyKind, path: string, contentType: string, body: Uint8Array): void {
    const kind = looksLikePicture(contentType, body) ? 'picture' : declared;
    const { count, bytes } = this.#totals[kind];
    this.#totals = { ...this.#totals, [kind]: { count: count + 1, bytes: bytes + body.length } };
    if (kind === 'sealed') this.#packet = { path, body: body.slice() };
    for (const listener of this.#listeners) listener();
  }

  /** Calls back after every change, until the returned function is called. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

/** First bytes of JPEG, PNG, GIF, BMP, RIFF (WebP, AVI), ISO media (`ftyp` at 4: AVIF, HEIC, MP4) and Matroska. */
const signatures: readonly { readonly at: number; readonly bytes: readonly number[] }[] = [
  { at: 0, bytes: [0xff, 0xd8, 0xff] },
  { at: 0, bytes: [0x89, 0x50, 0x4e, 0x47] },
  { at: 0, bytes: [0x47, 0x49, 0x46, 0x38] },
  { at: 0, bytes: [0x52, 0x49, 0x46, 0x46] },
  { at: 4, bytes: [0x66, 0x74, 0x79, 0x70] },
  { at: 0, bytes: [0x1a, 0x45, 0xdf, 0xa3] },
];

/** By declared type or by first bytes. Raw pixels carry no signature: the size of a message is shown for that. */
export function looksLikePicture(contentType: string, body: Uint8Array): boolean {
  if (/^(image|video)\//i.test(contentType)) return true;
  return signatures.some(({ at, bytes }) => bytes.every((byte, i) => body[at + i] === byte));
}
