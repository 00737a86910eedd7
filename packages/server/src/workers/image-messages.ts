/** What crosses between an evaluator group and its threads. */
import type { image } from '@blindsight/protocol/server';

export interface LaneMessage {
  readonly id: number;
  readonly job: image.LaneJob;
}

export type LaneReply =
  /** Once, when its network is prepared. */
  | { readonly ready: true }
  /** Only from lane 0. */
  | { readonly id: number; readonly step: string }
  | { readonly id: number; readonly result: image.LaneResult }
  /** `failed` is the code of the error, never its text. */
  | { readonly id: number; readonly failed: string };
