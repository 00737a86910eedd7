/**
 * One challenge without its looks: what the worker says goes over the line, what comes back is shown, one step at a
 * time. The caller brings the frames and says when the worker is done with what is shown.
 * @module
 */
import type { ChallengeProfile } from '@blindsight/protocol/wire';
import type { ChallengeLine } from '../sdk/challenge-line.ts';
import type { Challenged } from '../sdk/challenged.ts';
import type { DeviceWorkerApi, ShownStep } from '../worker/contract.ts';

export interface ChallengeRunOptions {
  readonly challenged: Challenged;
  readonly profile: ChallengeProfile;
  readonly line: ChallengeLine;
  readonly worker: Pick<DeviceWorkerApi, 'revealed' | 'shown' | 'commit'>;
  /** Puts the step on the screen; resolves with the time it is to be seen, as `performance.now()`. */
  readonly show: (step: ShownStep) => Promise<number>;
  /** The time for the step on the screen is up. */
  readonly late: () => void;
}

export interface ChallengeRun {
  /**
   * What was shown is done (at first: the person is in place). Answers, and shows what comes next.
   * @param at of the frame that showed it, ms. @returns whether that was all.
   */
  done(at: number): Promise<boolean>;
  stop(): void;
}

export function runChallenge(options: ChallengeRunOptions): ChallengeRun {
  const { challenged, profile, line, worker, show, late } = options;
  let begun = false;
  let deadline: ReturnType<typeof setTimeout> | undefined;
  return {
    async done(at) {
      clearTimeout(deadline);
      line.send(begun ? await worker.commit(at) : await challenged.ready(profile));
      begun = true;
      const step = await worker.revealed(await line.next());
      if (!step) return true;
      deadline = setTimeout(late, step.allowed);
      await worker.shown(await show(step));
      return false;
    },
    stop() {
      clearTimeout(deadline);
      line.close();
    },
  };
}
