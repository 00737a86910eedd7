/**
 * The encrypted-image check: a condition after a sealed sign-in, and the enrolment it needs. Begun only on a proof; what
 * it decides it decides in one transaction of the store, whatever was interrupted before.
 * @module
 */
import { randomBytes } from 'node:crypto';
import { image, verifySignedImage, verifySignedImageAnswer } from '@blindsight/protocol/server';
import {
  accountClientId,
  type CeremonyContext,
  concatBytes,
  type EvaluationLine,
  equalBytes,
  type ImageChallenge,
  type ImageCheckKind,
  type ImageCheckStatus,
  newId,
  ProtocolError,
  sha256,
  toBase64url,
} from '@blindsight/protocol/wire';
import { ServerError } from '../errors.ts';
import type { AuditEvent, AuditKind } from '../ports/audit.ts';
import { type ImageCheck, type MaskedExchange, underWay } from '../ports/image-checks.ts';
import type { ImageJob, ImageResult } from '../ports/image-evaluator.ts';
import { acr } from '../ports/oidc.ts';
import { newNonce } from '../random.ts';
import { currentConsent } from './consent/texts.ts';
import { budgetsOf, type Deps } from './deps.ts';
import type { Enrolling, EnrolmentsUseCases } from './enrolments.ts';
import { bodyPlace, chunkPlace, hex, templatePlace } from './image-places.ts';
import type { Accepted, AcceptedSignIn } from './sign-ins.ts';
import { noting, translating } from './translate.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** An evaluation that was let in. @param signal when nobody waits for its outcome any more. */
export type Evaluation = (
  onLine: (line: EvaluationLine) => void,
  signal: AbortSignal,
) => Promise<EvaluationLine>;

/** What the answer to a masked result was good for. */
export type ImageOutcome = { readonly accepted: Accepted } | { readonly ready: true };

export type ImageChecksUseCases = ReturnType<typeof imageChecksUseCases>;

/** Pictures of one enrolment, and of one comparison. */
const framesOf = { enrol: image.frames.fewest, verify: 1 } as const;
/** Twice what the largest parameter set needs. Unit: bytes. */
const largestKeys = 64 * 2 ** 20;
/** Evaluations beyond these that a check allows, for connections that break. */
const spareEvaluations = 3;
/**
 * The least cosine of a frame and the sum of k: what it is for k unit vectors of which each two have the threshold's
 * cosine. Even k vectors that have nothing to do with each other are as near to their sum as 1 / sqrt(k).
 */
const consistency = (threshold: number, k: number) => Math.sqrt((1 + (k - 1) * threshold) / k);

export function imageChecksUseCases(deps: Deps) {
  const { config, storage, vault, clock, wait, logger } = deps;
  const { imageKeys, imageChecks, devices, audit } = storage;
  const { policy } = config;
  const budgets = budgetsOf(config);
  /** Evaluations under way, by device: what cancels one. */
  const running = new Map<string, AbortController>();
  /** How many are before a check's, by id. */
  const queued = new Map<string, number>();

  /** @throws {ServerError} `image-check-unavailable` */
  const required = () => {
    if (!deps.image) throw new ServerError('image-check-unavailable');
    return deps.image;
  };
  const event = (kind: AuditKind, check: ImageCheck, reason: string): AuditEvent => {
    const { accountId, deviceId, clientId, id: ceremonyId } = check;
    return { at: clock(), kind, accountId, deviceId, ceremonyId, clientId, reason };
  };
  /** @throws {ServerError} `ceremony-not-found`: also for another browser's. */
  const owned = async (id: string, ownerHash: string | undefined): Promise<ImageCheck> => {
    required();
    const check = await imageChecks.find(id);
    if (!check || check.ownerHash !== ownerHash) throw new ServerError('ceremony-not-found');
    return check;
  };
  /** @throws {ServerError} `ceremony-expired`, `ceremony-closed` */
  const requireUnderWay = (check: ImageCheck) => {
    if (check.expiresAt <= (check.endedAt ?? clock())) throw new ServerError('ceremony-expired');
    if (!underWay(check)) throw new ServerError('ceremony-closed');
  };
  const activeDevice = async ({ deviceId, accountId }: Pick<ImageCheck, 'deviceId' | 'accountId'>) => {
    const device = await devices.find(deviceId);
    const dataKey = await devices.dataKey(deviceId);
    if (device?.accountId !== accountId || device.state !== 'active' || !dataKey)
      throw new ServerError('device-revoked');
    return { device, dataKey };
  };
  /** To the text in force, by whoever uses this device. */
  const consented = async ({ accountId, deviceId }: Pick<ImageCheck, 'accountId' | 'deviceId'>) =>
    (await devices.consents(accountId)).some(
      (one) =>
        one.deviceId === deviceId &&
        one.withdrawnAt === undefined &&
        currentConsent('image-check', one.version, one.hash) !== undefined,
    );
  /** The key set of a device, all of it. */
  const completeKeys = async ({ deviceId }: Pick<ImageCheck, 'deviceId'>) => {
    const keys = await imageKeys.find(deviceId);
    return keys && keys.held.length === keys.chunks ? keys : undefined;
  };
  const record = async (check: ImageCheck) => {
    const { device, dataKey } = await activeDevice(check);
    const keysHash = check.kind === 'enrol' && check.keysHash ? { keysHash: check.keysHash } : {};
    return { context: contextOf(check), ...keysHash, devicePublicKey: device.publicKey, dataKey };
  };

  /** A template of this network, and the keys it was made under. */
  const enrolledWith = async (deviceId: string) => {
    const template = await imageKeys.template(deviceId);
    const keys = await completeKeys({ deviceId });
    if (!keys || template?.network !== required().network.network.hash) return undefined;
    return { keys, template };
  };

  const begin = async (
    proof: Pick<ImageCheck, 'proofId' | 'accountId' | 'deviceId' | 'clientId' | 'login'>,
    ownerHash: string,
  ): Promise<ImageChallenge> => {
    const { network, evaluator } = required();
    await activeDevice(proof);
    const enrolled = proof.login && (await enrolledWith(proof.deviceId));
    const kind = enrolled ? 'verify' : 'enrol';
    const { login, ...rest } = proof;
    const now = clock();
    const check: ImageCheck = {
      ...rest,
      id: newId(),
      kind,
      state: 'open',
      ownerHash,
      nonce: newNonce(),
      createdAt: now,
      expiresAt: now + (kind === 'verify' ? policy.imageVerifyMs : policy.imageEnrolMs),
      origin: config.origin,
      set: network.set.id,
      network: network.network.hash,
      frames: framesOf[kind],
      evaluationsAllowed: framesOf[kind] + spareEvaluations,
      imageHashes: [],
      ...(enrolled && login ? { login, keysHash: enrolled.keys.hash } : {}),
    };
    // what it replaces must not come to an end in the meantime
    running.get(check.deviceId)?.abort();
    if (!(await imageChecks.begin(check, event('image-check-begun', check, kind))))
      throw new ServerError('ceremony-closed');
    evaluator.prepare();
    return challengeOf(check, network.set);
  };

  return {
    /** What the check of a device would be. @throws {ServerError} `image-check-unavailable` */
    async kindFor(deviceId: string): Promise<ImageCheckKind> {
      return (await enrolledWith(deviceId)) ? 'verify' : 'enrol';
    },

    /** After an accepted sign-in of this request, which is not finished without it. */
    async beginAfterSignIn(
      { accountId, interactionUid, amr, authTime }: Accepted,
      { id: proofId, deviceId, clientId }: NonNullable<AcceptedSignIn['proof']>,
      ownerHash: string,
    ): Promise<ImageChallenge> {
      const login = { interactionUid, amr, authTime };
      return begin({ proofId, accountId, deviceId, clientId, login }, ownerHash);
    },

    /** @throws {ServerError} `ceremony-expired` when the enrolment was finished too long ago; `ceremony-closed` */
    async beginAfterEnrolment(
      enrolments: Pick<EnrolmentsUseCases, 'finishedDevice'>,
      proofId: string,
      asking: Enrolling,
      ownerHash: string,
    ): Promise<ImageChallenge> {
      required();
      const { accountId, deviceId, finishedAt } = await enrolments.finishedDevice(proofId, asking);
      if (finishedAt + policy.imageProofMs <= clock()) throw new ServerError('ceremony-expired');
      return begin({ proofId, accountId, deviceId, clientId: accountClientId }, ownerHash);
    },

    /** What a person has agreed to before anything is uploaded. @throws {ServerError} `consent-outdated`, `ceremony-…` */
    async consent(
      id: string,
      ownerHash: string | undefined,
      { version, hash }: { readonly version: string; readonly hash: string },
    ): Promise<void> {
      const check = await owned(id, ownerHash);
      requireUnderWay(check);
      const shown = currentConsent('image-check', version, hash);
      if (!shown) throw new ServerError('consent-outdated');
      const { accountId, deviceId } = check;
      const { purpose, language } = shown;
      const given = { accountId, deviceId, purpose, version, language, hash, givenAt: clock() };
      if (await consented(check)) return;
      if (!(await devices.giveConsent(given, event('consent-given', check, `${version}:${hash}`))))
        throw new ServerError('device-revoked');
    },

    /**
     * @returns the chunks that are still to come.
     * @throws {ServerError} `consent-outdated` without one, `message-too-large`, `unsupported-parameters`, `ceremony-…`
     */
    async announceKeys(
      id: string,
      ownerHash: string | undefined,
      body: Uint8Array,
    ): Promise<readonly number[]> {
      const check = await owned(id, ownerHash);
      requireUnderWay(check);
      await activeDevice(check);
      const { set, bytes, chunks } = await translating(() => image.decodeKeyManifest(body));
      if (bytes > largestKeys) throw new ServerError('message-too-large');
      if (set !== check.set) throw new ServerError('unsupported-parameters');
      if (!(await consented(check))) throw new ServerError('consent-outdated');
      const hash = sha256(body);
      if (check.kind !== 'enrol' || !(await imageChecks.useKeys(id, hash)))
        throw new ServerError('ceremony-closed');
      const { deviceId } = check;
      const keys = { deviceId, hash, manifest: new Uint8Array(body), chunks: chunks.length };
      await imageKeys.announce(keys, clock());
      return missing((await imageKeys.find(deviceId)) ?? { ...keys, held: [] });
    },

    /** @throws {ServerError} `body-mismatch` for a chunk that was not announced; `ceremony-…` */
    async putChunk(
      id: string,
      ownerHash: string | undefined,
      index: number,
      body: Uint8Array,
    ): Promise<void> {
      const check = await owned(id, ownerHash);
      requireUnderWay(check);
      const { deviceId, keysHash, kind } = check;
      const keys = await imageKeys.find(deviceId);
      if (kind !== 'enrol' || !keys || !keysHash || !equalBytes(keys.hash, keysHash))
        throw new ServerError('ceremony-closed');
      const { chunks } = image.decodeKeyManifest(keys.manifest);
      const expected = chunks[index];
      if (!expected) throw new ServerError('not-found');
      if (!equalBytes(sha256(body), expected)) throw new ServerError('body-mismatch');
      const { dataKey } = await activeDevice(check);
      const sealed = await vault.seal(dataKey, chunkPlace(deviceId, keysHash, index), body);
      if (!(await imageKeys.put(deviceId, keysHash, index, sealed, clock())))
        throw new ServerError('ceremony-closed');
    },

    async status(id: string, ownerHash: string | undefined): Promise<ImageCheckStatus> {
      const check = await owned(id, ownerHash);
      const keys = check.keysHash && (await imageKeys.find(check.deviceId));
      return {
        state: check.state,
        missing: keys ? missing(keys) : [],
        framesEvaluated: check.imageHashes.length,
        queued: queued.get(id) ?? 0,
      };
    },

    /**
     * Checks a picture and lets its evaluation in.
     * @throws {ServerError} `image-keys-refused` while keys are missing, `evaluation-running`, `server-busy`,
     * `sign-in-refused` for a signature that does not verify, `ceremony-…`; then nothing has changed.
     */
    async evaluate(
      id: string,
      ownerHash: string | undefined,
      index: number,
      body: Uint8Array,
    ): Promise<Evaluation> {
      const { evaluator } = required();
      const check = await owned(id, ownerHash);
      requireUnderWay(check);
      const { deviceId, keysHash } = check;
      if (running.has(deviceId)) throw new ServerError('evaluation-running');
      if (index !== check.imageHashes.length || check.state === 'masked')
        throw new ServerError('ceremony-closed');
      const keys = await completeKeys(check);
      if (!keys || !keysHash || !equalBytes(keys.hash, keysHash)) throw new ServerError('image-keys-refused');
      const known = await record(check);
      const message = await noting(
        () => verifySignedImage(known, index, body),
        (code) => audit.append(event('image-check-refused', check, code)),
      );
      if (evaluator.full) throw new ServerError('server-busy', { retryAfterSeconds: 5 });
      if (running.has(deviceId)) throw new ServerError('evaluation-running');
      const controller = new AbortController();
      running.set(deviceId, controller);
      try {
        await begun(check, index);
      } catch (error) {
        running.delete(deviceId);
        throw error;
      }
      return (onLine, signal) =>
        run(check, { index, message, dataKey: known.dataKey }, controller, onLine, signal);
    },

    /** The masked answer, the same each time. @throws {ServerError} `ceremony-…` */
    async message(id: string, ownerHash: string | undefined): Promise<Uint8Array> {
      const check = await owned(id, ownerHash);
      requireUnderWay(check);
      const { message } = await imageChecks.bodies(id);
      if (check.state !== 'masked' || !message) throw new ServerError('ceremony-closed');
      const { dataKey } = await activeDevice(check);
      return vault.open(dataKey, bodyPlace(check, 'message'), message);
    },

    /**
     * Ends the check, once. A comparison is refused in one way and after one time, whatever was wrong.
     * @throws {ServerError} `sign-in-refused` (comparison), `image-refused` (enrolment), `ceremony-…`
     */
    async answer(id: string, ownerHash: string | undefined, body: Uint8Array): Promise<ImageOutcome> {
      const begun = clock();
      const check = await owned(id, ownerHash);
      requireUnderWay(check);
      if (check.state !== 'masked') throw new ServerError('ceremony-closed');
      const judged = await judge(check, body).catch((error: Error) => {
        // a refusal says nothing, but what is no refusal must not look like one to the operator
        const expected = error instanceof ServerError || error instanceof ProtocolError;
        if (!expected) logger.error({ reason: error.name }, 'image answer not judged');
        return undefined;
      });
      const ended = await imageChecks.conclude(id, judged ? 'accepted' : 'failed', {
        budgets,
        now: clock(),
        ...(judged?.template ? { template: judged.template } : {}),
      });
      if (ended === undefined) throw new ServerError('ceremony-closed');
      const { kind, login, accountId } = check;
      if (ended === 'accepted') {
        return kind === 'verify' && login
          ? { accepted: { ...login, accountId, acr: acr.image } }
          : { ready: true };
      }
      await wait(Math.max(0, begun + policy.refusalMs - clock()));
      throw new ServerError(kind === 'verify' ? 'sign-in-refused' : 'image-refused');
    },

    /** The person went away; an evaluation under way comes to nothing. */
    async cancel(id: string, ownerHash: string | undefined): Promise<void> {
      const check = await owned(id, ownerHash);
      await imageChecks.close(id, 'cancelled', clock());
      if (check.state === 'evaluating') running.get(check.deviceId)?.abort();
    },
  };

  /** Moves the check on, unless what it was looked up for has happened since. */
  async function begun({ id }: ImageCheck, index: number): Promise<void> {
    const refused = await imageChecks.start(id, clock());
    if (refused) throw new ServerError(refused);
    const now = await imageChecks.find(id);
    if (now?.imageHashes.length === index) return;
    await imageChecks.release(id);
    throw new ServerError('ceremony-closed');
  }

  /** Evaluates, masks after the last picture, stores. Whatever goes wrong ends the check, but for a lost connection. */
  async function run(
    check: ImageCheck,
    picture: { readonly index: number; readonly message: Bytes; readonly dataKey: Bytes },
    controller: AbortController,
    onLine: (line: EvaluationLine) => void,
    gone: AbortSignal,
  ): Promise<EvaluationLine> {
    const { evaluator, network } = required();
    const { id, deviceId, frames, expiresAt: deadline } = check;
    const { index } = picture;
    const signal = AbortSignal.any([controller.signal, gone]);
    let done = 0;
    const of = image.stepNames(network.set).length;
    try {
      const seed = index === frames - 1 ? new Uint8Array(randomBytes(32)) : undefined;
      const result = await evaluator.evaluate(await jobOf(check, picture, seed), {
        timeoutMs: policy.imageEvaluationMs,
        deadline,
        signal,
        onQueued(before) {
          queued.set(id, before);
          onLine({ queued: before });
        },
        onStep(step) {
          queued.delete(id);
          done += 1;
          onLine({ step, done, of });
        },
      });
      await store(check, picture, seed, result);
      return { done: true, state: seed ? 'masked' : 'open' };
    } catch (error) {
      const code = error instanceof ServerError ? error.code : 'internal';
      if (gone.aborted && !controller.signal.aborted) await imageChecks.release(id);
      else await imageChecks.close(id, code, clock());
      if (code === 'image-keys-refused' && check.keysHash) await imageKeys.drop(deviceId, check.keysHash);
      throw error;
    } finally {
      queued.delete(id);
      if (running.get(deviceId) === controller) running.delete(deviceId);
    }
  }

  async function jobOf(
    check: ImageCheck,
    { message, dataKey }: { readonly message: Bytes; readonly dataKey: Bytes },
    seed: Bytes | undefined,
  ): Promise<ImageJob> {
    const { id, deviceId, keysHash, kind, network } = check;
    if (!keysHash) throw new ServerError('image-keys-refused');
    const keys = async () => {
      const bodies = await imageKeys.bodies(deviceId, keysHash);
      const parts = await Promise.all(
        bodies.map((body, index) => vault.open(dataKey, chunkPlace(deviceId, keysHash, index), body)),
      );
      return concatBytes(...parts);
    };
    const job = { device: deviceId, keySet: hex(keysHash), keys, image: message };
    if (!seed) return job;
    if (kind === 'enrol') {
      const { embeddings } = await imageChecks.bodies(id);
      const opened = embeddings.map((body, index) =>
        vault.open(dataKey, bodyPlace(check, `embedding/${index}`), body),
      );
      return { ...job, mask: { kind, embeddings: await Promise.all(opened), seed } };
    }
    const stored = await imageKeys.template(deviceId);
    if (stored?.network !== network) throw new ServerError('ceremony-closed');
    const template = await vault.open(dataKey, templatePlace(deviceId, network), stored.body);
    return { ...job, mask: { kind, template, seed } };
  }

  async function store(
    check: ImageCheck,
    { index, message, dataKey }: { readonly index: number; readonly message: Bytes; readonly dataKey: Bytes },
    seed: Bytes | undefined,
    result: ImageResult,
  ): Promise<void> {
    const { id, kind, deviceId, network } = check;
    const sealed = (part: string, body: Uint8Array) => vault.seal(dataKey, bodyPlace(check, part), body);
    const frame = {
      index,
      imageHash: sha256(message),
      embedding: await sealed(`embedding/${index}`, result.embedding),
      ...(kind === 'verify' ? { image: await sealed(`image/${index}`, message) } : {}),
    };
    let exchange: MaskedExchange | undefined;
    if (seed && result.message) {
      const template = kind === 'verify' ? await imageKeys.template(deviceId) : undefined;
      const compared =
        template && (await vault.open(dataKey, templatePlace(deviceId, network), template.body));
      exchange = {
        messageHash: sha256(result.message),
        commitment: sha256(seed),
        message: await sealed('message', result.message),
        seed: await sealed('seed', seed),
        ...(compared ? { template: await sealed('template', compared) } : {}),
        ...(result.sum ? { sum: await sealed('sum', result.sum) } : {}),
      };
      seed.fill(0);
    }
    const evaluated = event('image-evaluated', check, String(index));
    if (!(await imageChecks.evaluated(id, frame, exchange, evaluated)))
      throw new ServerError('ceremony-closed');
  }

  /**
   * Whether the opened answer is good: signature, relations, norms, and then the score or the frames.
   * @returns of an enrolment the template, encrypted at rest. @throws for every reason to refuse.
   */
  async function judge(check: ImageCheck, body: Uint8Array): Promise<{ readonly template?: Bytes }> {
    const { network: described } = required();
    const { set, network, threshold } = described;
    const { id, kind, imageHashes, messageHash, deviceId } = check;
    const known = await record(check);
    const stored = await imageChecks.bodies(id);
    if (!messageHash || !stored.seed || check.network !== network.hash)
      throw new ServerError('ceremony-closed');
    const opened = await verifySignedImageAnswer(known, { imageHashes, messageHash }, body);
    const open = (part: string, bytes: Uint8Array) =>
      vault.open(known.dataKey, bodyPlace(check, part), bytes);
    const seed = await open('seed', stored.seed);
    const pairs = kind === 'verify' ? 2 : 2 * check.frames;
    const values = image.unmaskInnerProducts(set, pairs, seed, opened);
    seed.fill(0);
    if (kind === 'verify') {
      if (!stored.template) throw new ServerError('ceremony-closed');
      const squaredNorm = image.storedSquaredNorm(network.hash, await open('template', stored.template));
      const score = image.scoreOf(network.norm, { squaredNorm }, values);
      if (!(score >= threshold)) throw new ServerError('sign-in-refused');
      return {};
    }
    if (!stored.sum) throw new ServerError('ceremony-closed');
    const squaredNorm = image.checkEnrolment(network.norm, values, consistency(threshold, check.frames));
    const sum = await open('sum', stored.sum);
    const template = image.encodeStoredTemplate({ frames: check.frames, squaredNorm, sum }, network.hash);
    return { template: await vault.seal(known.dataKey, templatePlace(deviceId, network.hash), template) };
  }
}

function missing({ chunks, held }: { readonly chunks: number; readonly held: readonly number[] }): number[] {
  const there = new Set(held);
  return Array.from({ length: chunks }, (_, index) => index).filter((index) => !there.has(index));
}

function contextOf(check: ImageCheck): CeremonyContext {
  const { id: ceremonyId, kind, accountId, deviceId, nonce, expiresAt, clientId, origin } = check;
  return {
    ...{ purpose: `image-${kind}`, parameterSet: check.set, accountId, deviceId, ceremonyId },
    ...{ nonce, expiresAt, clientId, origin },
    manifestHash: new Uint8Array(Buffer.from(check.network, 'hex')),
    tau: 0,
    sMax: 0,
  };
}

function challengeOf(check: ImageCheck, set: image.ImageParameters): ImageChallenge {
  const { id: imageCheckId, kind, network, frames, expiresAt, accountId, deviceId, clientId, origin } = check;
  return {
    ...{ imageCheckId, kind, set: check.set, network, frames },
    nonce: toBase64url(check.nonce),
    ...{ expiresAt, accountId, deviceId, clientId, origin },
    steps: image.stepNames(set),
  };
}
