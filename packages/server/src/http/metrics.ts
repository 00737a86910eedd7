/**
 * Counters for Prometheus: outcomes and durations, never who. Labels come from closed lists.
 * @module
 */
import { Counter, collectDefaultMetrics, Histogram, Registry } from 'prom-client';
import type { ChallengeOutcome } from '../domain/challenges.ts';
import type { Evaluator } from '../ports/evaluator.ts';

export interface Metrics {
  request(route: string, method: string, status: number, seconds: number): void;
  signIn(outcome: 'begun' | 'replied' | 'accepted' | 'refused' | 'cancelled'): void;
  enrolment(outcome: 'begun' | 'finished' | 'cancelled'): void;
  renewal(outcome: 'begun' | 'matched' | 'refused' | 'cancelled'): void;
  challenge(outcome: ChallengeOutcome): void;
  evaluation(seconds: number): void;
  text(): Promise<string>;
  readonly contentType: string;
}

export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry, prefix: 'blindsight_' });
  const requests = new Histogram({
    name: 'blindsight_http_request_seconds',
    help: 'Requests by route, method and status',
    labelNames: ['route', 'method', 'status'],
    registers,
  });
  const signIns = new Counter({
    name: 'blindsight_sign_ins_total',
    help: 'Sealed sign-ins by step',
    labelNames: ['outcome'],
    registers,
  });
  const enrolments = new Counter({
    name: 'blindsight_enrolments_total',
    help: 'Enrolments by step',
    labelNames: ['outcome'],
    registers,
  });
  const renewals = new Counter({
    name: 'blindsight_renewals_total',
    help: 'Renewals by step, up to the root match; what follows counts as an enrolment',
    labelNames: ['outcome'],
    registers,
  });
  const challenges = new Counter({
    name: 'blindsight_challenges_total',
    help: 'Liveness challenges, of sign-ins, enrolments and renewals',
    labelNames: ['outcome'],
    registers,
  });
  const evaluations = new Histogram({
    name: 'blindsight_evaluation_seconds',
    help: 'Encrypted comparisons, waiting included',
    buckets: [0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5],
    registers,
  });
  return {
    request: (route, method, status, seconds) => requests.observe({ route, method, status }, seconds),
    signIn: (outcome) => signIns.inc({ outcome }),
    enrolment: (outcome) => enrolments.inc({ outcome }),
    renewal: (outcome) => renewals.inc({ outcome }),
    challenge: (outcome) => challenges.inc({ outcome }),
    evaluation: (seconds) => evaluations.observe(seconds),
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}

/** The same evaluator, timed. */
export function timed(evaluator: Evaluator, metrics: Metrics): Evaluator {
  return {
    async run(job, options) {
      const start = performance.now();
      try {
        return await evaluator.run(job, options);
      } finally {
        metrics.evaluation((performance.now() - start) / 1000);
      }
    },
    close: () => evaluator.close(),
  };
}
