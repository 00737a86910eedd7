/**
 * Which hint to show and which to speak: one at a time, long enough to be read. Pure; time is an argument.
 * @module
 */
import type { Gate, GateCode } from '../sdk/gates.ts';
import type { LivenessHint } from '../sdk/liveness.ts';

/** `ok` after the first frame becomes `more`: turn a little, so that the next frame differs. */
export type Hint = Gate | LivenessHint | 'waiting' | 'more';

/** A shown hint stays at least so long, unless things turned out well. Unit: ms. */
export const holdMs = 700;
/** Between two spoken hints. Unit: ms. */
export const speakMs = 2000;

export interface HintState {
  readonly shown: Hint;
  /** Unit: ms, any monotonic clock. */
  readonly shownAt: number;
  /** What the live region holds. */
  readonly spoken: Hint;
  readonly spokenAt: number;
}

export const noHint: HintState = {
  shown: 'waiting',
  shownAt: Number.NEGATIVE_INFINITY,
  spoken: 'waiting',
  spokenAt: Number.NEGATIVE_INFINITY,
};

/** The state after a frame that asks for `hint` at time `now`. Call it for every frame, also with the same hint. */
export function showHint(state: HintState, hint: Hint, now: number): HintState {
  const changes = hint !== state.shown && (isGood(hint) || now - state.shownAt >= holdMs);
  const shown = changes ? hint : state.shown;
  const speaks = shown !== state.spoken && now - state.spokenAt >= speakMs;
  if (!changes && !speaks) return state;
  return {
    shown,
    shownAt: changes ? now : state.shownAt,
    spoken: speaks ? shown : state.spoken,
    spokenAt: speaks ? now : state.spokenAt,
  };
}

const good = new Set<Hint>(['ok', 'more', 'hold-still']);
export const isGood = (hint: Hint): boolean => good.has(hint);

/** The gate that stayed closed most often: what to tell a person whose capture ran out of time. */
export function mostFrequent(counts: ReadonlyMap<Gate, number>): GateCode {
  let best: GateCode = 'no-face';
  for (const [gate, count] of counts) {
    if (gate !== 'ok' && count > (counts.get(best) ?? 0)) best = gate;
  }
  return best;
}
