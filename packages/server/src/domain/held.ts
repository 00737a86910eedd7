/**
 * Things kept in memory for as long as one challenge may take, and no longer.
 * @module
 */
import { challengeLimits } from '@blindsight/protocol/wire';

/** From the last step to the probe: one frame embedded, one message sent. Unit: ms. */
const afterwardsMs = 10_000;

export class Held<T> {
  readonly #rows = new Map<string, { readonly value: T; readonly until: number }>();
  readonly #clock: () => number;

  /** @param clock ms since the Unix epoch. */
  constructor(clock: () => number) {
    this.#clock = clock;
  }

  /** Forgets on the way what nobody has come for. */
  set(id: string, value: T): void {
    const now = this.#clock();
    for (const [other, { until }] of this.#rows) if (until <= now) this.#rows.delete(other);
    this.#rows.set(id, { value, until: now + challengeLimits.totalMs + afterwardsMs });
  }

  /** Removes and returns it; `undefined` when it is not there, or too old. */
  take(id: string): T | undefined {
    const row = this.#rows.get(id);
    this.#rows.delete(id);
    return row && row.until > this.#clock() ? row.value : undefined;
  }
}
