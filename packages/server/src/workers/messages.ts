/** What crosses between the pool and its threads. */
export interface JobMessage {
  readonly id: number;
  readonly job: Uint8Array<ArrayBuffer>;
}

export type ResultMessage =
  | { readonly id: number; readonly result: Uint8Array<ArrayBuffer> }
  /** `failed` is the code of the error, never its text. */
  | { readonly id: number; readonly failed: string };
