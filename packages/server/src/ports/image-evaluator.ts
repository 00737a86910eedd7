/**
 * Port: where an encrypted picture is evaluated. It holds no secret of a device; seeds of the exchange go through it.
 * @module
 */
type Bytes = Uint8Array<ArrayBuffer>;

export interface ImageJob {
  readonly device: string;
  /** Names the device's key set; two of one name are the same. */
  readonly keySet: string;
  /** The keys' bytes: asked for when they are not at hand. */
  readonly keys: () => Promise<Bytes>;
  /** The image message. */
  readonly image: Bytes;
  /** What is masked after the last picture. */
  readonly mask?:
    | { readonly kind: 'enrol'; readonly embeddings: readonly Bytes[]; readonly seed: Bytes }
    | { readonly kind: 'verify'; readonly template: Bytes; readonly seed: Bytes };
}

export interface ImageResult {
  readonly embedding: Bytes;
  /** Of an enrolment: the sum of its frames, this one included. */
  readonly sum?: Bytes;
  /** The masked answer. */
  readonly message?: Bytes;
}

export interface ImageRunOptions {
  /** Once it runs it is stopped after so many ms. */
  readonly timeoutMs: number;
  /** ms since the Unix epoch; past it the job is stopped, running or waiting. */
  readonly deadline: number;
  readonly signal?: AbortSignal;
  /** How many are before this one; not called when none is. */
  readonly onQueued?: (before: number) => void;
  /** Name of each step of the network, when it is done. */
  readonly onStep?: (name: string) => void;
}

export interface ImageEvaluator {
  /** True when another job would be refused. */
  readonly full: boolean;
  /** Begins to prepare, so that the first job waits less. */
  prepare(): void;
  /**
   * @throws {ServerError} `image-keys-refused`, `image-refused` for what does not parse; `server-busy` when the queue is
   * full, the job was cancelled, or its threads died twice; `evaluation-timeout`.
   */
  evaluate(job: ImageJob, options: ImageRunOptions): Promise<ImageResult>;
  /** Forgets the keys of a device, now or when what runs has ended. */
  forget(device: string): void;
  close(): Promise<void>;
}
