/**
 * The device worker: face engine and protocol in one realm, on purpose. An embedding made here is used here; no
 * message channel carries one, so there is none to watch. The price, that sealing 120 tickets keeps the engine
 * waiting, costs nothing: the camera is off by then.
 *
 * The network is used for the model files only (GET, verified by hash); everything sent goes through the page's
 * counted HTTP client.
 * @module
 */
import type { CeremonyChallenge, Purpose } from '@blindsight/protocol/wire';
import { WebError } from '../sdk/errors.ts';
import { type Database, openDatabase } from '../sdk/store/database.ts';
import { beginAdmission, type OpenAdmission } from './admission.ts';
import { Capture } from './capture.ts';
import { acceptChallenge } from './challenge.ts';
import { Chips } from './chips.ts';
import type { Unlocked } from './comparison.ts';
import type { DeviceWorkerApi, DeviceWorkerEvent } from './contract.ts';
import { enrolDevice } from './enrolment.ts';
import { toDeviceError } from './errors.ts';
import type { OpenImageCheck } from './image-check.ts';
import { LiveCapture } from './live-capture.ts';
import { beginChallenge, type LiveChallenge, type Passed } from './live-challenge.ts';
import { measurePicture } from './measure.ts';
import { loadModels, type Models } from './models.ts';
import { makeOffer, type OpenOffer } from './offer.ts';
import { assertHonestPixels } from './pixels.ts';
import { beginRenewal, type OpenRenewal } from './renewal.ts';
import { serve } from './rpc.ts';
import { beginSignIn, type OpenSignIn } from './sign-in.ts';

declare const self: DedicatedWorkerGlobalScope;

let models: Promise<Models> | undefined;
let database: Promise<Database> | undefined;
let capture: Capture | LiveCapture | undefined;
let challenge: LiveChallenge | undefined;
let signIn: OpenSignIn | undefined;
let renewal: OpenRenewal | undefined;
let admission: OpenAdmission | undefined;
let offer: OpenOffer | undefined;
/** There while pictures are to be kept beside the embedding. */
let chips: Chips | undefined;
/** The device that signed in, or was enrolled, from them. */
let unlocked: Unlocked | undefined;
let imageCheck: OpenImageCheck | undefined;

/** Loads once; a failure (a lost connection) may be tried again. */
function ready(): Promise<Models> {
  const report = (done: number, total: number) => served.emit({ event: 'models', done, total });
  models ??= loadModels(report).catch((error) => {
    models = undefined;
    throw error;
  });
  return models;
}

const openStore = () => {
  database ??= openDatabase();
  return database;
};

/** Ends the capture and gives its result to the one use it was made for. */
function takeEmbedding(): Float32Array {
  if (!capture) throw new WebError('internal');
  const embedding = capture.take();
  capture = undefined;
  return embedding;
}

function theAdmission(): OpenAdmission {
  if (!admission) throw new WebError('internal');
  return admission;
}

async function accept(challenge: CeremonyChallenge, purpose: Purpose) {
  const here = { origin: self.location.origin, models: await ready(), now: Date.now() };
  return acceptChallenge(challenge, purpose, here);
}

/**
 * The ceremony as the next message signs it: with its challenge, where one was asked for. A page that left it out
 * gets no further.
 */
async function acceptPassed(asked: CeremonyChallenge, purpose: Purpose): Promise<Passed> {
  const context = await accept(asked, purpose);
  const passed = challenge;
  challenge = undefined;
  if (asked.liveness === 'none') return { context, spent: undefined };
  if (!passed) throw new WebError('internal');
  return passed.passed(context.ceremonyId);
}

function theChallenge(): LiveChallenge {
  if (!challenge) throw new WebError('internal');
  return challenge;
}

function dropCapture(): void {
  capture?.wipe();
  capture = undefined;
  challenge?.abandon();
  challenge = undefined;
}

/** @throws {WebError} `network-lost`: a file of this page did not come. */
const imageCode = () =>
  import('./image-check.ts').catch((cause) => {
    throw new WebError('network-lost', { cause });
  });

function theImageCheck(): OpenImageCheck {
  if (!imageCheck) throw new WebError('internal');
  return imageCheck;
}

function dropImageCheck(): void {
  chips?.wipe();
  chips = undefined;
  unlocked = undefined;
  imageCheck?.abandon();
  imageCheck = undefined;
}

/** Lets messages in and out between two tickets, about every `breath` of them. */
const breath = 4;
const pause = () => new Promise<void>((resolve) => setTimeout(resolve, 0));
async function onProgress(done: number, total: number): Promise<void> {
  if (done % breath !== 0 && done !== total) return;
  served.emit({ event: 'tickets', done, total });
  await pause();
}

const api: DeviceWorkerApi = {
  async prepare() {
    assertHonestPixels();
    const { manifest } = await ready();
    return { researchOnly: manifest.researchOnly };
  },
  async look(picture) {
    const { engine } = await ready();
    return measurePicture(engine, picture);
  },
  async startCapture(purpose, live) {
    dropCapture();
    const loaded = await ready();
    capture = live ? new LiveCapture(loaded, purpose, chips) : new Capture(loaded, purpose, chips);
  },
  async frame(picture, at) {
    if (!capture) {
      picture.close();
      throw new WebError('internal');
    }
    return capture.look(picture, at);
  },
  async ready(input, profile) {
    if (!(capture instanceof LiveCapture)) throw new WebError('internal');
    challenge?.abandon();
    challenge = undefined;
    const context = await accept(input.challenge, input.purpose);
    const deps = { db: await openStore(), context, now: Date.now() };
    challenge = await beginChallenge(input, profile, capture, deps);
    return challenge.ready;
  },
  async revealed(message) {
    return theChallenge().revealed(message);
  },
  async shown(at) {
    theChallenge().shown(at);
  },
  async commit(at) {
    return theChallenge().commit(at);
  },
  async stopCapture() {
    dropCapture();
  },
  async enrol(input) {
    const { context } = await acceptPassed(input.challenge, 'enrol');
    const db = await openStore();
    return enrolDevice(input, {
      db,
      context,
      verifier: (await ready()).verifier,
      embedding: takeEmbedding(),
      now: Date.now(),
      onProgress,
      onKept: (kept) => {
        if (chips) unlocked = kept;
      },
    });
  },
  async probe(input) {
    signIn?.abandon();
    signIn = undefined;
    const passed = await acceptPassed(input.challenge, 'sign-in');
    const db = await openStore();
    signIn = await beginSignIn(input, { ...passed, db, embedding: takeEmbedding(), now: Date.now() });
    if (chips) unlocked = signIn.unlocked;
    return signIn.message;
  },
  async answer(reply) {
    const open = signIn;
    signIn = undefined;
    if (!open) throw new WebError('internal');
    return open.answer(reply);
  },
  async renewalProbe(input) {
    renewal?.abandon();
    renewal = undefined;
    const passed = await acceptPassed(input.challenge, 'renewal');
    const db = await openStore();
    const { verifier } = await ready();
    const embedding = takeEmbedding();
    const deps = { ...passed, db, embedding, verifier, onProgress, now: Date.now() };
    renewal = await beginRenewal(input, deps);
    return renewal.message;
  },
  async renewalAnswer(reply) {
    if (!renewal) throw new WebError('internal');
    return renewal.answer(reply);
  },
  async renew() {
    const open = renewal;
    renewal = undefined;
    if (!open) throw new WebError('internal');
    return open.make();
  },
  async openAdmission(place) {
    admission?.abandon();
    admission = await beginAdmission(place);
    return admission.link;
  },
  async openOffer(sealed) {
    return theAdmission().open(sealed);
  },
  async admissionProbe(input) {
    const context = await accept(input.challenge, 'add-device');
    return theAdmission().probe(input, { db: await openStore(), context, now: Date.now() });
  },
  async admissionAnswer(reply) {
    return theAdmission().answer(reply);
  },
  async authorise() {
    const open = theAdmission();
    admission = undefined;
    return open.authorise();
  },
  async offer(link, joined) {
    offer?.abandon();
    offer = undefined;
    const { context } = await acceptPassed(joined, 'add-device');
    offer = await makeOffer(link, takeEmbedding(), context);
    return offer.message;
  },
  async comparisonCode(confirmation) {
    if (!offer) throw new WebError('internal');
    return offer.code(confirmation);
  },
  async enrolOffered(input) {
    const open = offer;
    offer = undefined;
    if (!open) throw new WebError('internal');
    const context = await accept(input.challenge, 'add-device');
    const { verifier } = await ready();
    return open.enrol(input, { db: await openStore(), context, verifier, now: Date.now(), onProgress });
  },
  async keepPictures() {
    dropImageCheck();
    chips = new Chips();
  },
  async openImageCheck(challenge) {
    if (!chips || !unlocked) throw new WebError('internal');
    const deps = { chips, unlocked, origin: self.location.origin, now: Date.now() };
    chips = undefined;
    unlocked = undefined;
    try {
      const { beginImageCheck } = await imageCode();
      imageCheck = await beginImageCheck(challenge, deps);
    } finally {
      // also when the code did not come
      deps.chips.wipe();
    }
  },
  async imageKeys() {
    return theImageCheck().keys(async (done, total) => {
      served.emit({ event: 'image-keys', done, total });
      await pause();
    });
  },
  async imageKeyChunk(index) {
    return theImageCheck().chunk(index);
  },
  async encryptedPicture(index) {
    return theImageCheck().picture(index);
  },
  async imageAnswer(masked) {
    return theImageCheck().answer(masked);
  },
  async imageAccepted() {
    return theImageCheck().accepted();
  },
  async closeImageCheck() {
    dropImageCheck();
  },
  async abandon() {
    dropImageCheck();
    admission?.abandon();
    admission = undefined;
    offer?.abandon();
    offer = undefined;
    signIn?.abandon();
    signIn = undefined;
    renewal?.abandon();
    renewal = undefined;
    dropCapture();
  },
};

const served = serve<DeviceWorkerApi, DeviceWorkerEvent>(self, api, toDeviceError);
