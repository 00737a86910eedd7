/**
 * One run of the liveness benchmark, in a worker thread with an engine of its own.
 * @module
 */
import { parentPort } from 'node:worker_threads';
import { cosine, type FaceEngine, meanEmbedding } from '@blindsight/face';
import { operatingTau } from '@blindsight/face/models';
import {
  createActor,
  createPerson,
  createRenderer,
  type Person,
  type Renderer,
} from '@blindsight/face/synthetic';
import { drawSteps } from '../../../packages/protocol/src/server/challenge.ts';
import {
  type RunOutcome,
  renderedSubject,
  runChallenge,
  type Subject,
} from '../../../tests/support/liveness.ts';
import { testEngine } from '../../../tests/support/people.ts';
import {
  lateRelay,
  oldLight,
  screenReplay,
  standing,
  still,
  swapped,
  waved,
} from '../../../tests/support/presentations.ts';

export type Kind =
  | 'still'
  | 'waved'
  | 'screen-replay'
  | 'old-light'
  | 'late-relay'
  | 'swap'
  | 'genuine'
  | 'genuine-no-light';

export interface Job {
  readonly kind: Kind;
  readonly seed: string;
  readonly k: number;
}

export interface Likeness {
  readonly cosine: number;
  /** At or above the operating threshold, as the plain cosine that has its sealed score on average. */
  readonly accepted: boolean;
}

export interface JobResult {
  readonly kind: Kind;
  readonly seed: string;
  readonly outcome: RunOutcome;
  /** Simulated. */
  readonly ms: number;
  /** Of genuine runs that ended live: against the mean of five frames of another day. */
  readonly match?: { readonly probe: Likeness; readonly turned: readonly Likeness[] };
}

/** Slow machines look at so many frames; more would make it easier. */
const framesPerSecond = 8;

async function perform({ kind, seed, k }: Job): Promise<JobResult> {
  const { engine, models } = await testEngine();
  const { calibration } = models.manifest;
  const steps = drawSteps(kind === 'genuine-no-light' ? 'no-light' : 'default');
  const person = createPerson(seed);
  const subject = kind.startsWith('genuine')
    ? await followingHints(engine, person)
    : subjectOf(kind, person, k);
  const result = await runChallenge({
    models: { engine, manifest: models.manifest },
    subject,
    steps,
    framesPerSecond,
  });
  const { outcome, ms, embedding } = result;
  if (!embedding || !kind.startsWith('genuine')) return { kind, seed, outcome, ms };

  const [low, high] = calibration.sumOfSquares as [number, number];
  const scoreOfCosine = Math.sqrt((2 / Math.PI) * calibration.digits * ((low + high) / 2));
  const least = operatingTau(models.manifest) / scoreOfCosine;
  const renderer = createRenderer(person);
  const enrolled = meanEmbedding(await embeddings(engine, renderer, 'enrolled', [0, 3, -3, 6, -6]));
  const likeness = (other: Float32Array): Likeness => {
    const value = cosine(enrolled, other);
    return { cosine: value, accepted: value >= least };
  };
  const turned = await embeddings(engine, renderer, 'turned', [20, -20]);
  return { kind, seed, outcome, ms, match: { probe: likeness(embedding), turned: turned.map(likeness) } };
}

/** Frames of another day at these angles; those in which no face is found are left out. */
async function embeddings(
  engine: FaceEngine,
  renderer: Renderer,
  take: string,
  yaws: readonly number[],
): Promise<Float32Array[]> {
  const actor = createActor(renderer.person, { take }, renderer);
  const found: Float32Array[] = [];
  for (const [i, yaw] of yaws.entries()) {
    const frame = renderer.render({ ...actor.momentAt(400 * i), yaw });
    const { face } = await engine.analyze(frame);
    if (face) found.push(await engine.embed(frame, face.landmarks));
  }
  return found;
}

function subjectOf(kind: Kind, person: Person, k: number): Subject {
  switch (kind) {
    // Half of them frozen frames, half photographs on a stand, which have the noise of a camera.
    case 'still':
      return k % 2 === 0 ? still(person) : standing(person);
    case 'waved':
      return waved(person, String(k));
    case 'screen-replay':
      return screenReplay(person, drawSteps(k % 2 === 0 ? 'default' : 'no-light'));
    case 'old-light':
      return oldLight(person, drawSteps('default'));
    case 'late-relay':
      return lateRelay(person);
    // People who are unlike each other, as two real ones are; two rendered ones often are not.
    case 'swap':
      return swapped(
        createPerson(`one/${k}`, { masculine: -0.9, melanin: (k % 5) / 10 }),
        createPerson(`other/${k}`, { masculine: 0.9, melanin: 0.6 + (k % 5) / 12 }),
      );
    case 'genuine':
    case 'genuine-no-light':
      throw new RangeError('a person is no presentation');
  }
}

/** Beyond this the head of some rendered people looks nodding when it is level; the gate is at 15. Unit: degrees. */
const levelPitch = 8;

/** A person who, told "turn less", levels the head as the landmarks see it (the page of the rendered people says why). */
async function followingHints(engine: FaceEngine, person: Person): Promise<Subject> {
  const take = 'sign-in';
  const renderer = createRenderer(person);
  const { face } = await engine.analyze(createActor(person, { take }, renderer).frameAt(0));
  const pitch = face?.pose.pitch ?? 0;
  const start = Math.abs(pitch) > levelPitch ? { start: { pitch: -pitch } } : {};
  return renderedSubject(person, { take }, createActor(person, { take, ...start }, renderer));
}

parentPort!.on('message', async (job: Job) => parentPort!.postMessage(await perform(job)));
