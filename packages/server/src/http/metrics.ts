/**
 * Counters for Prometheus: outcomes and durations, never who. Labels come from closed lists.
 * @module
 */
import { Counter, collectDefaultMetrics, Histogram, Registry } from 'prom-client';
import type { ChallengeOutcome } from '../domain/challenges.ts';
import type { Evaluator } from '../ports/evaluator.ts';
import type { ImageEvaluator } from '../ports/image-evaluator.ts';

export interface Metrics {
  request(route: string, method: string, status: number, seconds: number): void;
  signIn(outcome: 'begun' | 'replied' | 'accepted' | 'refused' | 'cancelled'): void;
  enrolment(outcome: 'begun' | 'finished' | 'cancelled'): void;
  renewal(outcome: 'begun' | 'matched' | 'refused' | 'cancelled'): void;
  challenge(outcome: ChallengeOutcome): void;
  imageCheck(outcome: 'begun' | 'evaluated' | 'accepted' | 'refused' | 'cancelled'): void;
  evaluation(seconds: number): void;
  imageEvaluation(seconds: number): void;
  text(): Promise<string>;
  readonly contentType: string;
}

export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry, prefix: 'blindsight_' });
  const outcomes = (name: string, help: string) =>
    new Counter({ name, help, labelNames: ['outcome'], registers });
  const requests = new Histogram({
    name: 'blindsight_http_request_seconds',
    help: 'Requests by route, method and status',
    labelNames: ['route', 'method', 'status'],
    registers,
  });
  const signIns = outcomes('blindsight_sign_ins_total', 'Sealed sign-ins by step');
  const enrolments = outcomes('blindsight_enrolments_total', 'Enrolments by step');
  const renewals = outcomes(
    'blindsight_renewals_total',
    'Renewals by step, up to the root match; what follows counts as an enrolment',
  );
  const challenges = outcomes(
    'blindsight_challenges_total',
    'Liveness challenges, of sign-ins, enrolments and renewals',
  );
  const imageChecks = outcomes(
    'blindsight_image_checks_total',
    'Encrypted-image checks by step, enrolments and comparisons',
  );
  const imageEvaluations = new Histogram({
    name: 'blindsight_image_evaluation_seconds',
    help: 'Encrypted pictures, waiting included',
    buckets: [0.25, 0.5, 1, 2, 4, 8, 16, 32],
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
    imageCheck: (outcome) => imageChecks.inc({ outcome }),
    imageEvaluation: (seconds) => imageEvaluations.observe(seconds),
    evaluation: (seconds) => evaluations.observe(seconds),
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}

/** The same evaluator, timed. */
export function timed(evaluator: Evaluator, metrics: Metrics): Evaluator {
  return {
    run: (job, options) => measured(() => evaluator.run(job, options), metrics.evaluation),
    close: () => evaluator.close(),
  };
}

/** The same evaluator of pictures, timed. */
export function timedImages(evaluator: ImageEvaluator, metrics: Metrics): ImageEvaluator {
  return {
    get full() {
      return evaluator.full;
    },
    prepare: () => evaluator.prepare(),
    evaluate: (job, options) => measured(() => evaluator.evaluate(job, options), metrics.imageEvaluation),
    forget: (device) => evaluator.forget(device),
    close: () => evaluator.close(),
  };
}

async function measured<T>(run: () => Promise<T>, observe: (seconds: number) => void): Promise<T> {
  const start = performance.now();
  try {
    return await run();
  } finally {
    observe((performance.now() - start) / 1000);
  }
}
