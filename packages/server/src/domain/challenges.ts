/**
 * The liveness challenge between a device and a ceremony: one line, one attempt, one step at a time, each in its time.
 * Its progress is kept in memory only, since whatever interrupts it ends the attempt, a restart included: the ticket
 * was burned, durably, before the first step.
 * @module
 */
import { type ChallengeFault, drawSteps, ServerChallenge } from '@blindsight/protocol/server';
import {
  type ChallengePolicy,
  type ChallengeProfile,
  type Id,
  ProtocolError,
} from '@blindsight/protocol/wire';
import { ServerError, type ServerErrorCode } from '../errors.ts';
import type { Logger } from '../ports/logger.ts';
import { translating } from './translate.ts';

/** What a challenge asks of the ceremony it belongs to. */
export interface Challenged {
  readonly ceremonyId: Id;
  /** 32 bytes. */
  readonly nonce: Uint8Array;
  readonly policy: ChallengePolicy;
  /** ms since the Unix epoch. */
  readonly expiresAt: number;
  /** Pays for the attempt, durably, before anything is revealed; once. Rejects with what was wrong. */
  ready(message: Uint8Array): Promise<ChallengeProfile>;
  /** Every step was answered in time; durable. */
  passed(challengeHash: Uint8Array<ArrayBuffer>): Promise<void>;
  /** It was not; the attempt is over and counts. @param fault for the audit log. */
  failed(fault: string): Promise<void>;
}

/** The way to one device. */
export interface Line {
  send(message: Uint8Array): void;
  /** Without a code: it went well. */
  close(code?: ServerErrorCode): void;
  /** Measured before the first step. Unit: ms. */
  roundTrip(): Promise<number>;
}

/** What the line reports; calls may come at any time and in any number. */
export interface Conversation {
  received(message: Uint8Array): void;
  /** The device went away. */
  lost(): void;
}

export type ChallengeOutcome = 'begun' | 'passed' | 'refused';

export interface ChallengesDeps {
  /** ms since the Unix epoch. */
  readonly clock: () => number;
  readonly logger: Logger;
  readonly onOutcome: (outcome: ChallengeOutcome) => void;
}

/** Why an attempt is void, as the audit log has it. */
type Fault = ChallengeFault | 'malformed' | 'disconnected' | 'profile' | 'closed' | 'internal';

export type Challenges = ReturnType<typeof challenges>;

export function challenges(deps: ChallengesDeps) {
  const { clock, logger } = deps;
  const talking = new Set<Id>();

  return {
    /**
     * @param opening finds the ceremony and who may answer for it; its refusal is the only one with a code of its own.
     */
    converse(opening: Promise<Challenged>, line: Line): Conversation {
      let ceremony: Challenged | undefined;
      let run: { readonly challenge: ServerChallenge; readonly begun: number } | undefined;
      /** Steps revealed so far. */
      let shown = 0;
      let ended = false;
      let timer: ReturnType<typeof setTimeout> | undefined;

      const end = (code?: ServerErrorCode) => {
        if (ended) return;
        ended = true;
        clearTimeout(timer);
        if (ceremony) talking.delete(ceremony.ceremonyId);
        line.close(code);
      };
      /** Before `ready` was paid for, the error is told; afterwards every one is the same to the outside. */
      const refuse = async (error: unknown) => {
        if (ended) return;
        const paid = run !== undefined;
        const fault = faultOf(error);
        if (fault === 'internal') logger.error({ reason: (error as Error).name }, 'challenge failed');
        if (!paid) return end(error instanceof ServerError ? error.code : 'internal');
        end('challenge-refused');
        deps.onOutcome('refused');
        await ceremony!.failed(`${fault}/${shown}`);
      };
      const overdue = () => {
        const { challenge, begun } = run!;
        const left = begun + challenge.deadline - clock();
        if (left >= 0) arm(left);
        else enqueue(() => Promise.reject(new Void('late')));
      };
      const arm = (ms: number) => {
        clearTimeout(timer);
        timer = setTimeout(overdue, ms + 1);
        timer.unref();
      };
      const advance = (message: Uint8Array<ArrayBuffer>) => {
        shown++;
        line.send(message);
        arm(run!.begun + run!.challenge.deadline - clock());
      };

      const handle = async (message: Uint8Array, receivedAt: number, after: number) => {
        const { ceremonyId, nonce, policy, ready, passed } = ceremony!;
        if (!run) {
          const [profile, roundTrip] = await Promise.all([
            translating(() => ready(message)),
            line.roundTrip(),
          ]);
          const challenge = new ServerChallenge(
            { ceremonyId, nonce, profile },
            drawSteps(profile),
            roundTrip,
          );
          run = { challenge, begun: clock() };
          deps.onOutcome('begun');
          if (policy === 'no-light' && profile !== 'no-light') throw new Void('profile');
          return advance(challenge.first());
        }
        // a commitment that was made before its step was revealed commits to nothing
        if (after !== shown) throw new Void('out-of-order');
        const answer = run.challenge.commit(message, receivedAt - run.begun);
        const { hash } = run.challenge;
        if (!hash) return advance(answer);
        await passed(hash);
        deps.onOutcome('passed');
        line.send(answer);
        end();
      };

      // one after the other: a message that comes while the last one is looked at waits
      let queue: Promise<void> = opening.then((found) => {
        if (found.policy === 'none' || talking.has(found.ceremonyId))
          throw new ServerError('ceremony-closed');
        talking.add(found.ceremonyId);
        ceremony = found;
        timer = setTimeout(() => end('ceremony-expired'), Math.max(0, found.expiresAt - clock()));
        timer.unref();
      });
      const enqueue = (work: () => Promise<void>) => {
        queue = queue
          .then(() => (ended ? undefined : work()))
          .catch(refuse)
          .catch((error: Error) => logger.error({ reason: error.name }, 'challenge failed'));
      };
      enqueue(async () => {});

      return {
        received(message) {
          const [at, after] = [clock(), shown];
          enqueue(() => handle(message, at, after));
        },
        lost() {
          enqueue(() => Promise.reject(new Void('disconnected')));
        },
      };
    },
  };
}

class Void extends Error {
  readonly fault: Fault;
  constructor(fault: Fault) {
    super(fault);
    this.fault = fault;
  }
}

function faultOf(error: unknown): Fault {
  if (error instanceof Void) return error.fault;
  if (error instanceof ServerError) return error.code === 'internal' ? 'internal' : 'closed';
  if (!(error instanceof ProtocolError)) return 'internal';
  return error.code === 'challenge-refused' ? (error.details['fault'] as ChallengeFault) : 'malformed';
}
