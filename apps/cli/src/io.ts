/**
 * What a command may touch of the process.
 * @module
 */
export interface Io {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  out(text: string): void;
  err(text: string): void;
  /** Resolves when the process is asked to end. */
  untilAsked(): Promise<void>;
}
