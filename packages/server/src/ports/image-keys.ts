/**
 * Port: what the encrypted-image check keeps of a device between ceremonies: evaluation keys and the template that was
 * made under them. Bodies are encrypted at rest under the device's data key.
 * @module
 */
type Bytes = Uint8Array<ArrayBuffer>;

export interface ImageKeySet {
  readonly deviceId: string;
  /** SHA-256 of the key manifest: names the key set. */
  readonly hash: Bytes;
  /** As `decodeKeyManifest` takes it. Public. */
  readonly manifest: Bytes;
  /** How many chunks were announced. */
  readonly chunks: number;
  /** Which are there, ascending. */
  readonly held: readonly number[];
}

export interface ImageTemplate {
  /** Hash of the network that made it, hex. */
  readonly network: string;
  readonly body: Bytes;
}

/** Port. What every adapter must keep is written down in `image-storage.test.ts`. */
export interface ImageKeys {
  /**
   * The same key set again changes nothing. Another one takes the place of what was there, the template included,
   * which is of no use without its keys.
   */
  announce(keys: Omit<ImageKeySet, 'held'>, now: number): Promise<void>;
  find(deviceId: string): Promise<ImageKeySet | undefined>;
  /** A chunk that is there already stays. @returns false when the key set is another one by now. */
  put(deviceId: string, hash: Bytes, index: number, body: Bytes, now: number): Promise<boolean>;
  /** By index. */
  bodies(deviceId: string, hash: Bytes): Promise<readonly Bytes[]>;
  template(deviceId: string): Promise<ImageTemplate | undefined>;
  /** Removes the key set and what was made under it, if it is still this one. */
  drop(deviceId: string, hash: Bytes): Promise<void>;
  /** Removes keys without a template that nobody touched since `before` and no check under way needs. */
  sweep(before: number): Promise<number>;
}
