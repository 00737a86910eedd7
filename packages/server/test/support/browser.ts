/**
 * A browser with a passkey and, once enrolled, a device key and tickets: the protocol's own client code over
 * `app.inject`.
 * @module
 */
import { createHash, randomBytes } from 'node:crypto';
import {
  advance,
  createDeviceKey,
  type DeviceKey,
  type GenerationState,
  makeEnrolment,
  makeProbe,
  makeRenewal,
  nextTicketIndex,
  openReply,
  sealTicket,
  signTranscript,
} from '@blindsight/protocol/client';
import {
  type AccountView,
  answerTranscript,
  type CeremonyChallenge,
  type CeremonyContext,
  ceremonyContext,
  type EnrolmentChallenge,
  encodeProbeMessage,
  fromBase64url,
  type ProbeTranscript,
  type Purpose,
  probeTranscript,
  type RenewalChallenge,
  type SignInAnswer,
  type SignInChallenge,
  type TicketClass,
  toBase64url,
} from '@blindsight/protocol/wire';
import { SoftwarePasskey } from '../../../../tests/support/passkey.ts';
import { callback, origin, type Provider } from './provider.ts';

export interface Reply<T = Record<string, unknown>> {
  readonly status: number;
  readonly json: T;
  readonly bytes: Uint8Array;
  readonly headers: Record<string, unknown>;
}

type Body = Uint8Array | object | undefined;

export interface Device {
  readonly accountId: string;
  readonly deviceId: string;
  readonly deviceKey: DeviceKey;
  readonly states: Record<TicketClass, GenerationState>;
}

type SignInQuestion = SignInChallenge & { readonly passkey?: { challenge: string } };
type Question = SignInQuestion | RenewalChallenge;

export interface Sent<Asked extends Question = Question> {
  readonly challenge: Asked;
  readonly context: CeremonyContext;
  readonly transcript: ProbeTranscript;
  readonly message: Uint8Array;
  readonly ticket: ReturnType<typeof advance>['ticket'];
}

/** 32 values of one person, and of somebody else. */
export const face = (name: string): Float32Array => {
  const words = createHash('sha512').update(name).digest();
  return Float32Array.from({ length: 32 }, (_, i) => words.readInt16LE(2 * i) / 32_768);
};

export class Browser {
  readonly cookies = new Map<string, string>();
  readonly passkey: SoftwarePasskey;
  readonly #provider: Provider;
  device: Device | undefined;

  constructor(provider: Provider, passkey = new SoftwarePasskey(origin)) {
    this.#provider = provider;
    this.passkey = passkey;
  }

  async send<T = Record<string, unknown>>(
    method: 'GET' | 'POST' | 'PUT' | 'DELETE',
    url: string,
    body?: Body,
    headers: Record<string, string | undefined> = {},
  ): Promise<Reply<T>> {
    const bytes = body instanceof Uint8Array;
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const all = {
      origin,
      'x-blindsight': '1',
      cookie,
      ...(body ? { 'content-type': bytes ? 'application/octet-stream' : 'application/json' } : {}),
      ...headers,
    };
    const response = await this.#provider.server.app.inject({
      method,
      url,
      headers: Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as Record<
        string,
        string
      >,
      ...(body ? { payload: bytes ? Buffer.from(body) : JSON.stringify(body) } : {}),
    });
    for (const { name, value, maxAge, expires } of response.cookies) {
      if (maxAge === 0 || value === '' || (expires && expires.getTime() < Date.now()))
        this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    const type = String(response.headers['content-type'] ?? '');
    const json = (/[/+]json/.test(type) && response.body ? response.json() : {}) as T;
    return {
      status: response.statusCode,
      json,
      bytes: new Uint8Array(response.rawPayload),
      headers: response.headers,
    };
  }

  /** A request that must succeed. */
  async must<T>(method: 'GET' | 'POST' | 'PUT' | 'DELETE', url: string, body?: Body): Promise<T> {
    const { status, json } = await this.send<T>(method, url, body);
    if (status >= 300) throw new Error(`${method} ${url}: ${status} ${JSON.stringify(json)}`);
    return json;
  }

  async createAccount(displayName = 'Ada'): Promise<AccountView> {
    const { registrationId, options } = await this.must<{ registrationId: string; options: never }>(
      'POST',
      '/v1/accounts/options',
      { displayName },
    );
    const response = this.passkey.register(options);
    return (await this.must<{ account: AccountView }>('POST', '/v1/accounts', { registrationId, response }))
      .account;
  }

  /** Ten recovery codes, as only a fresh account or one with a second factor gets them. */
  async makeCodes(): Promise<string[]> {
    const made = await this.must<{ codes: string[] }>('POST', '/v1/account/recovery-codes', {});
    return made.codes;
  }

  showCode(code: string): Promise<Reply> {
    return this.send('POST', '/v1/second-factors/code', { code });
  }

  /** The answer of this browser's passkey to options from `path`. */
  async answerPasskey(path: string): Promise<{ authenticationId: string; response: object }> {
    const { authenticationId, options } = await this.must<{ authenticationId: string; options: never }>(
      'POST',
      path,
      {},
    );
    return { authenticationId, response: this.passkey.authenticate(options) };
  }

  async reauthenticate(): Promise<void> {
    await this.must(
      'POST',
      '/v1/reauthentications',
      await this.answerPasskey('/v1/reauthentications/options'),
    );
  }

  async consent(): Promise<{ version: string; hash: string }> {
    const { version, hash } = await this.must<{ version: string; hash: string }>(
      'GET',
      '/v1/consents/enrol?lang=en',
    );
    return { version, hash };
  }

  async beginEnrolment(profile: 'quick' | 'verified' = 'quick'): Promise<Reply<EnrolmentChallenge>> {
    const request = { consent: await this.consent(), deviceLabel: 'Laptop', profile };
    return this.send('POST', '/v1/enrolments', request);
  }

  async startEnrolment(profile: 'quick' | 'verified' = 'quick') {
    const { status, json: challenge } = await this.beginEnrolment(profile);
    if (status !== 201) throw new Error(`${status} ${JSON.stringify(challenge)}`);
    return { challenge, context: agree(challenge, 'enrol') };
  }

  /**
   * Everything up to `finish`; the tickets that wait are returned, sealed.
   * @param make what this device makes of its capture; a liar makes something else.
   */
  async enrol(
    name: string,
    profile: 'quick' | 'verified' = 'quick',
    make: (input: Parameters<typeof makeEnrolment>[0]) => ReturnType<typeof makeEnrolment> = makeEnrolment,
  ) {
    const { finish, ...made } = await this.enrolUpToFinish(name, profile, make);
    const { status, json } = await finish();
    if (status !== 201) throw new Error(`finish: ${status} ${JSON.stringify(json)}`);
    return made;
  }

  async enrolUpToFinish(
    name: string,
    profile: 'quick' | 'verified' = 'quick',
    make: (input: Parameters<typeof makeEnrolment>[0]) => ReturnType<typeof makeEnrolment> = makeEnrolment,
  ) {
    const { challenge, context } = await this.startEnrolment(profile);
    return this.finishEnrolment(challenge, context, name, make);
  }

  /** Everything after the challenge, signed over `context`. */
  async finishEnrolment(
    challenge: EnrolmentChallenge,
    context: CeremonyContext,
    name: string,
    make: (input: Parameters<typeof makeEnrolment>[0]) => ReturnType<typeof makeEnrolment> = makeEnrolment,
  ) {
    const deviceKey = await createDeviceKey();
    const made = await make({ context, deviceKey, embeddings: [face(name)] });
    const base = `/v1/enrolments/${challenge.ceremonyId}`;
    await this.must('PUT', `${base}/statement`, made.statement);
    for (const kind of ['root', 'ordinary'] as const) {
      await this.must('PUT', `${base}/public-keys/${kind}`, made.material[kind].publicKey);
      const first = kind === 'root' ? challenge.root : challenge.firstOrdinary;
      for (const [index, ticket] of made.material[kind].tickets.slice(0, first).entries())
        await this.must('PUT', `${base}/tickets/${kind}/${index}`, ticket);
    }
    const finish = async () => {
      const finished = await this.send('POST', `${base}/finish`, {});
      const { accountId, deviceId } = challenge;
      this.device = { accountId, deviceId, deviceKey, states: { ...made.states } };
      return finished;
    };
    const late = (index: number) =>
      sealTicket(fromBase64url(challenge.hpkePublicKey, 65), made.material.ordinary.tickets[index]!, {
        ceremonyId: challenge.ceremonyId,
        ticketClass: 'ordinary',
        index,
      });
    return { challenge, ...made, base, late, finish };
  }

  /** An application sends the browser here. @returns the interaction's uid */
  async openInteraction(over: Record<string, string> = {}): Promise<string> {
    const challenge = createHash('sha256').update(randomBytes(32)).digest('base64url');
    const query = new URLSearchParams({
      client_id: 'demo',
      redirect_uri: callback,
      response_type: 'code',
      scope: 'openid profile',
      prompt: 'login',
      state: 's',
      nonce: 'n',
      code_challenge: challenge,
      code_challenge_method: 'S256',
      ...over,
    });
    const { status, headers } = await this.send('GET', `/oidc/auth?${query}`);
    const location = String(headers['location']);
    if (status !== 303 || !location.includes('/sign-in/')) throw new Error(`${status} ${location}`);
    return location.split('/').at(-1)!;
  }

  beginSignIn(interactionUid: string): Promise<Reply<SignInQuestion>> {
    const { accountId, deviceId } = this.device!;
    return this.send('POST', '/v1/sign-ins', { interactionUid, accountId, deviceId });
  }

  /** Spends the next ticket and signs; nothing is sent. */
  async prepare<Asked extends Question>(
    challenge: Asked,
    who: string | Float32Array,
    index?: number,
  ): Promise<Sent<Asked>> {
    const device = this.device!;
    const { generationId, ticketClass } = challenge;
    const context = agree(challenge, ticketClass === 'root' ? 'renewal' : 'sign-in');
    const at = index ?? nextTicketIndex(device.states[ticketClass], challenge.lastBurnedIndex);
    const { state, ticket } = advance(device.states[ticketClass], at);
    device.states[ticketClass] = state;
    const probe = makeProbe({ ticket, embedding: typeof who === 'string' ? face(who) : who });
    const transcript = probeTranscript(context, { generationId, ticketClass, ticketIndex: at, probe });
    const signature = await signTranscript(device.deviceKey.privateKey, transcript);
    return {
      challenge,
      context,
      transcript,
      ticket,
      message: encodeProbeMessage({ ticketIndex: at, probe, signature }),
    };
  }

  probe({ challenge, message }: Sent): Promise<Reply> {
    return this.send('POST', `${at(challenge)}/probe`, message);
  }

  /** What this device answers to a reply. */
  async open(
    { ticket, context, transcript }: Sent,
    reply: Uint8Array,
  ): Promise<SignInAnswer & { hit: boolean }> {
    const { hit, token, replyHash, tokenHash } = openReply(ticket, reply, context);
    const signature = await signTranscript(
      this.device!.deviceKey.privateKey,
      answerTranscript(transcript, { replyHash, tokenHash }, token),
    );
    return { hit, token: toBase64url(token), signature: toBase64url(signature) };
  }

  answer(
    { challenge }: Sent,
    { token, signature, passkey }: SignInAnswer,
  ): Promise<Reply<{ redirectTo?: string; code?: string }>> {
    const body = { token, signature, ...(passkey ? { passkey } : {}) };
    return this.send('POST', `${at(challenge)}/answer`, body);
  }

  /** From interaction to reply; the answer is still to be sent. */
  async upToReply(who: string | Float32Array, uid?: string) {
    const begun = await this.beginSignIn(uid ?? (await this.openInteraction()));
    if (begun.status !== 201) throw new Error(JSON.stringify(begun.json));
    const sent = await this.prepare(begun.json, who);
    const reply = await this.probe(sent);
    if (reply.status !== 200) throw new Error(JSON.stringify(reply.json));
    return { sent, reply, answer: await this.open(sent, reply.bytes) };
  }

  beginRenewal(): Promise<Reply<RenewalChallenge>> {
    return this.send('POST', '/v1/renewals', { deviceId: this.device!.deviceId });
  }

  /** A renewal up to its reply; the answer is still to be sent. */
  async upToRootReply(who: string | Float32Array) {
    await this.reauthenticate();
    const challenge = await this.must<RenewalChallenge>('POST', '/v1/renewals', {
      deviceId: this.device!.deviceId,
    });
    const sent = await this.prepare(challenge, who);
    const reply = await this.probe(sent);
    if (reply.status !== 200) throw new Error(JSON.stringify(reply.json));
    return { challenge, sent, answer: await this.open(sent, reply.bytes), reply };
  }

  /** What the device makes after its root match: from the same capture, or from another vector if it lies. */
  async makeRenewal(
    { challenge, sent, answer }: Awaited<ReturnType<Browser['upToRootReply']>>,
    embedding: Float32Array,
  ) {
    const match = {
      generationId: challenge.generationId,
      ticketIndex: sent.transcript.ticketIndex,
      tokenHash: new Uint8Array(createHash('sha256').update(fromBase64url(answer.token)).digest()),
    };
    const { deviceKey } = this.device!;
    const made = await makeRenewal({ context: sent.context, match, deviceKey, embeddings: [embedding] });
    const base = `/v1/enrolments/${challenge.ceremonyId}`;
    const first = async () => {
      await this.must('PUT', `${base}/statement`, made.statement);
      await this.must('PUT', `${base}/public-keys/ordinary`, made.material.publicKey);
      for (const [index, ticket] of made.material.tickets.slice(0, challenge.firstOrdinary).entries())
        await this.must('PUT', `${base}/tickets/ordinary/${index}`, ticket);
    };
    const late = async () => {
      const key = fromBase64url(challenge.hpkePublicKey, 65);
      for (const [index, ticket] of made.material.tickets.entries()) {
        if (index < challenge.firstOrdinary) continue;
        const place = { ceremonyId: challenge.ceremonyId, ticketClass: 'ordinary', index } as const;
        await this.must(
          'PUT',
          `${base}/sealed-tickets/ordinary/${index}`,
          await sealTicket(key, ticket, place),
        );
      }
    };
    const finish = async () => {
      const finished = await this.send('POST', `${base}/finish`, {});
      if (finished.status === 201) this.device!.states.ordinary = made.state;
      return finished;
    };
    return { ...made, base, first, late, finish };
  }

  /** A whole renewal; the late tickets too when asked for. A liar makes its tickets for somebody else. */
  async renew(
    who: string | Float32Array,
    { late = false, tickets = who }: { late?: boolean; tickets?: string | Float32Array } = {},
  ) {
    const matched = await this.upToRootReply(who);
    const answered = await this.answer(matched.sent, matched.answer);
    if (answered.status !== 204) return answered;
    const made = await this.makeRenewal(
      matched,
      typeof tickets === 'string' ? face(tickets) : Float32Array.from(tickets),
    );
    await made.first();
    const finished = await made.finish();
    if (late) await made.late();
    return finished;
  }

  /** A whole sign-in by face. */
  async signIn(who: string | Float32Array, uid?: string) {
    const { sent, answer } = await this.upToReply(who, uid);
    return this.answer(sent, answer);
  }
}

/** Where the messages of a comparison go. */
const at = ({ ceremonyId, ticketClass }: Question) =>
  `/v1/${ticketClass === 'root' ? 'renewals' : 'sign-ins'}/${ceremonyId}`;

export function agree(challenge: CeremonyChallenge, purpose: Purpose): CeremonyContext {
  const { tau, sMax } = challenge;
  return ceremonyContext(challenge, {
    purpose,
    origin,
    manifestHash: fromBase64url(challenge.manifestHash, 32),
    tau,
    sMax,
  });
}
