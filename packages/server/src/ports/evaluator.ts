/**
 * Port: where the encrypted comparison runs. Job bytes in, result bytes out; the codec is the protocol's.
 * @module
 */
export interface RunOptions {
  /** ms since the Unix epoch; past it the job is stopped. */
  readonly deadline: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (fraction: number) => void;
}

export interface Evaluator {
  /**
   * @throws {ServerError} `server-busy` when the queue is full, the worker died or the job was cancelled;
   * `evaluation-timeout` past the deadline; `internal` when the job does not evaluate.
   */
  run(job: Uint8Array<ArrayBuffer>, options: RunOptions): Promise<Uint8Array<ArrayBuffer>>;
  close(): Promise<void>;
}
