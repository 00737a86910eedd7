/**
 * A device without a browser: the protocol's own client code, a software passkey, and real HTTP. It keeps in
 * plain sight what a browser hides, so that tests can look for it elsewhere.
 */
import {
  advance,
  createDeviceKey,
  type DeviceKey,
  type GenerationMaterial,
  type GenerationState,
  makeEnrolment,
  makeProbe,
  makeRenewal,
  nextTicketIndex,
  openPairing,
  openReply,
  sealOffer,
  sealTicket,
  signAuthorisation,
  signTranscript,
} from '@blindsight/protocol/client';
import {
  type AccountOptions,
  type AccountResponse,
  type AuthenticationOptions,
  answerTranscript,
  type CeremonyChallenge,
  type CeremonyContext,
  type ConsentText,
  ceremonyContext,
  type EnrolmentChallenge,
  encodeProbeMessage,
  fromBase64url,
  type PairingChallenge,
  type PairingGuestStatus,
  type Purpose,
  probeTranscript,
  type RecoveryCodes,
  type Redirect,
  type RenewalChallenge,
  type SignInChallenge,
  type TicketClass,
  toBase64url,
} from '@blindsight/protocol/wire';
import { HttpClient } from './http-client.ts';
import { SoftwarePasskey } from './passkey.ts';

/** What a finished enrolment leaves on the device. */
export interface Enrolled {
  readonly accountId: string;
  readonly deviceId: string;
  readonly deviceKey: DeviceKey;
  states: Record<TicketClass, GenerationState>;
}

/** One sign-in between probe and answer. */
export interface Probed {
  readonly challenge: SignInChallenge;
  readonly context: CeremonyContext;
  readonly body: Uint8Array;
  readonly reply: Uint8Array;
  readonly hit: boolean;
  readonly token: Uint8Array;
  readonly signature: Uint8Array;
}

export class NodeDevice {
  readonly http = new HttpClient();
  readonly provider: string;
  readonly passkey: SoftwarePasskey;
  enrolled: Enrolled | undefined;

  constructor(provider: string) {
    this.provider = provider;
    this.passkey = new SoftwarePasskey(provider);
  }

  async createAccount(displayName: string): Promise<string> {
    const { registrationId, options } = await this.#post<AccountOptions>('/v1/accounts/options', {
      displayName,
    });
    const response = this.passkey.register(options as never);
    const { account } = await this.#post<AccountResponse>('/v1/accounts', { registrationId, response });
    return account.id;
  }

  async startEnrolment(): Promise<{ challenge: EnrolmentChallenge; context: CeremonyContext }> {
    const consent = await this.http.json<ConsentText>('GET', `${this.provider}/v1/consents/enrol?lang=en`);
    const challenge = await this.#post<EnrolmentChallenge>('/v1/enrolments', {
      consent: { version: consent.version, hash: consent.hash },
      deviceLabel: 'test device',
      profile: 'quick',
    });
    return { challenge, context: this.#agree(challenge, 'enrol') };
  }

  /** The whole enrolment; `embeddings` are wiped by it. The late tickets are sealed and uploaded at once. */
  async enrol(embeddings: readonly Float32Array[], late = true): Promise<Enrolled> {
    const { challenge, context } = await this.startEnrolment();
    const deviceKey = await createDeviceKey();
    return this.#enrol(challenge, context, deviceKey, embeddings, late);
  }

  async #enrol(
    challenge: EnrolmentChallenge,
    context: CeremonyContext,
    deviceKey: DeviceKey,
    embeddings: readonly Float32Array[],
    late = true,
  ): Promise<Enrolled> {
    const { states, material, statement } = await makeEnrolment({ context, deviceKey, embeddings });
    const base = `${this.provider}/v1/enrolments/${challenge.ceremonyId}`;
    await this.http.bytes('PUT', `${base}/statement`, statement);
    for (const kind of ['root', 'ordinary'] as const) {
      await this.http.bytes('PUT', `${base}/public-keys/${kind}`, material[kind].publicKey);
      const first = kind === 'root' ? challenge.root : challenge.firstOrdinary;
      for (const [index, ticket] of material[kind].tickets.slice(0, first).entries()) {
        await this.http.bytes('PUT', `${base}/tickets/${kind}/${index}`, ticket);
      }
    }
    await this.http.json('POST', `${base}/finish`, {});
    if (late) await this.#sendLate(challenge, material.ordinary);
    this.enrolled = {
      accountId: challenge.accountId,
      deviceId: challenge.deviceId,
      deviceKey,
      states: { ...states },
    };
    return this.enrolled;
  }

  async #sendLate(
    {
      ceremonyId,
      firstOrdinary,
      hpkePublicKey,
    }: Pick<EnrolmentChallenge, 'ceremonyId' | 'firstOrdinary' | 'hpkePublicKey'>,
    { tickets }: GenerationMaterial,
  ): Promise<void> {
    const key = fromBase64url(hpkePublicKey, 65);
    for (const [index, ticket] of tickets.entries()) {
      if (index < firstOrdinary) continue;
      const sealed = await sealTicket(key, ticket, { ceremonyId, ticketClass: 'ordinary', index });
      const url = `${this.provider}/v1/enrolments/${ceremonyId}/sealed-tickets/ordinary/${index}`;
      await this.http.bytes('PUT', url, sealed);
    }
  }

  /** A whole renewal by the passkey and this capture, which is wiped. @throws {HttpRefusal} `sign-in-refused` on a miss */
  async renew(embedding: Float32Array): Promise<void> {
    const known = this.#known();
    await this.reauthenticate();
    const challenge = await this.#post<RenewalChallenge>('/v1/renewals', { deviceId: known.deviceId });
    const context = this.#agree(challenge, 'renewal');
    const { ticket, transcript, message } = await this.makeProbeMessage(challenge, context, embedding);
    const url = `${this.provider}/v1/renewals/${challenge.ceremonyId}`;
    const { token, replyHash, tokenHash } = openReply(
      ticket,
      await this.http.bytes('POST', `${url}/probe`, message),
      context,
    );
    const answer = answerTranscript(transcript, { replyHash, tokenHash }, token);
    const signature = await signTranscript(known.deviceKey.privateKey, answer);
    await this.http.json('POST', `${url}/answer`, {
      token: toBase64url(token),
      signature: toBase64url(signature),
    });

    const { generationId } = challenge;
    const match = { generationId, ticketIndex: transcript.ticketIndex, tokenHash };
    const { deviceKey } = known;
    const made = await makeRenewal({ context, match, deviceKey, embeddings: [embedding] });
    const base = `${this.provider}/v1/enrolments/${challenge.ceremonyId}`;
    await this.http.bytes('PUT', `${base}/statement`, made.statement);
    await this.http.bytes('PUT', `${base}/public-keys/ordinary`, made.material.publicKey);
    for (const [index, body] of made.material.tickets.slice(0, challenge.firstOrdinary).entries()) {
      await this.http.bytes('PUT', `${base}/tickets/ordinary/${index}`, body);
    }
    await this.http.json('POST', `${base}/finish`, {});
    known.states.ordinary = made.state;
    await this.#sendLate(challenge, made.material);
  }

  async reauthenticate(): Promise<void> {
    const { authenticationId, options } = await this.#post<AuthenticationOptions>(
      '/v1/reauthentications/options',
      {},
    );
    const response = this.passkey.authenticate(options as never);
    await this.#post('/v1/reauthentications', { authenticationId, response });
  }

  /** Ten codes; the account must be new, or a second factor shown. */
  async makeCodes(): Promise<readonly string[]> {
    return (await this.#post<RecoveryCodes>('/v1/account/recovery-codes', {})).codes;
  }

  /**
   * Lets another device in by a recovery code and the capture in front of that one, which is wiped. Both ends run
   * here; what each sends and receives is in its own record. @throws {HttpRefusal} `sign-in-refused` on a miss
   */
  async admit(other: NodeDevice, code: string, embedding: Float32Array): Promise<void> {
    const known = this.#known();
    await this.reauthenticate();
    await this.#post('/v1/second-factors/code', { code });
    const challenge = await this.#post<PairingChallenge>('/v1/pairings', { deviceId: known.deviceId });
    const context = this.#agree(challenge, 'add-device');
    const path = `/v1/pairings/${challenge.ceremonyId}`;
    const { accountId } = known;
    const pairing = await openPairing({ pairingId: challenge.ceremonyId, accountId });

    const newKey = await createDeviceKey();
    const { version, hash } = await this.http.json<ConsentText>(
      'GET',
      `${this.provider}/v1/consents/enrol?lang=en`,
    );
    await other.#post(`${path}/guest`, { consent: { version, hash }, deviceLabel: 'new device' });
    const offer = await sealOffer(pairing.link, { devicePublicKey: newKey.publicKey, embedding });
    await other.http.bytes('PUT', `${this.provider}${path}/guest/offer`, offer.message);

    const relayed = await this.http.bytes('GET', `${this.provider}${path}/offer`);
    const { embedding: unsealed, ...received } = await pairing.open(relayed);
    await this.http.bytes('POST', `${this.provider}${path}/confirmation`, received.confirmation);
    const status = () => other.http.json<PairingGuestStatus>('GET', `${this.provider}${path}/guest`);
    if (offer.code(fromBase64url((await status()).confirmation!, 32)) !== received.code)
      throw new Error('the digits differ');

    const { ticket, transcript, message } = await this.makeProbeMessage(challenge, context, unsealed);
    unsealed.fill(0);
    const reply = await this.http.bytes('POST', `${this.provider}${path}/probe`, message);
    const { token, replyHash, tokenHash } = openReply(ticket, reply, context);
    const answered = answerTranscript(transcript, { replyHash, tokenHash }, token);
    const signature = toBase64url(await signTranscript(known.deviceKey.privateKey, answered));
    await this.#post(`${path}/answer`, { token: toBase64url(token), signature });

    const { generationId, newDeviceId: deviceId } = challenge;
    const match = { generationId, ticketIndex: transcript.ticketIndex, tokenHash };
    const { devicePublicKey, offerHash } = received;
    const newDevice = { deviceId, devicePublicKey, offerHash };
    const authorisation = await signAuthorisation(context, match, known.deviceKey, newDevice);
    await this.http.bytes('POST', `${this.provider}${path}/authorisation`, authorisation);
    const admitted = (await status()).challenge!;
    await other.#enrol(admitted, other.#agree(admitted, 'add-device'), newKey, [embedding]);
  }

  /** From the relying party's start address to the interaction of the provider. @returns its uid */
  async openInteraction(startUrl: string): Promise<string> {
    const { url } = await this.http.navigate(startUrl, (at) => new URL(at).pathname.startsWith('/sign-in/'));
    return new URL(url).pathname.split('/').at(-1)!;
  }

  async startSignIn(
    interactionUid: string,
  ): Promise<{ challenge: SignInChallenge; context: CeremonyContext }> {
    const { accountId, deviceId } = this.#known();
    const challenge = await this.#post<SignInChallenge>('/v1/sign-ins', {
      interactionUid,
      accountId,
      deviceId,
    });
    return { challenge, context: this.#agree(challenge, 'sign-in') };
  }

  /** Spends the next ticket: advances the ratchet, signs and returns the probe message and its opener. */
  async makeProbeMessage(
    challenge: SignInChallenge | RenewalChallenge | PairingChallenge,
    context: CeremonyContext,
    embedding: Float32Array,
  ) {
    const known = this.#known();
    const { ticketClass } = challenge;
    const index = nextTicketIndex(known.states[ticketClass], challenge.lastBurnedIndex);
    const { state, ticket } = advance(known.states[ticketClass], index);
    known.states[ticketClass] = state;
    const probe = makeProbe({ ticket, embedding });
    const place = {
      generationId: challenge.generationId,
      ticketClass,
      ticketIndex: index,
    };
    const transcript = probeTranscript(context, { ...place, probe });
    const signature = await signTranscript(known.deviceKey.privateKey, transcript);
    return {
      ticket,
      probe,
      transcript,
      message: encodeProbeMessage({ ticketIndex: index, probe, signature }),
    };
  }

  async probe(interactionUid: string, embedding: Float32Array): Promise<Probed> {
    const { challenge, context } = await this.startSignIn(interactionUid);
    const { ticket, transcript, message } = await this.makeProbeMessage(challenge, context, embedding);
    const reply = await this.http.bytes(
      'POST',
      `${this.provider}/v1/sign-ins/${challenge.ceremonyId}/probe`,
      message,
    );
    const { hit, token, replyHash, tokenHash } = openReply(ticket, reply, context);
    const answer = answerTranscript(transcript, { replyHash, tokenHash }, token);
    const signature = await signTranscript(this.#known().deviceKey.privateKey, answer);
    return { challenge, context, body: message, reply, hit, token, signature };
  }

  /** @returns where the browser goes next. @throws {HttpRefusal} `sign-in-refused` on a miss */
  async answer({ challenge, token, signature }: Probed): Promise<string> {
    const { redirectTo } = await this.#post<Redirect>(`/v1/sign-ins/${challenge.ceremonyId}/answer`, {
      token: toBase64url(token),
      signature: toBase64url(signature),
    });
    return new URL(redirectTo, this.provider).href;
  }

  /** A whole sign-in at a relying party. @returns the page it ends on */
  async signIn(startUrl: string, embedding: Float32Array): Promise<{ url: string; response?: Response }> {
    const uid = await this.openInteraction(startUrl);
    return this.http.navigate(await this.answer(await this.probe(uid, embedding)));
  }

  /** A device without a camera has no manifest of its own, so it takes the provider's word for that part. */
  #agree(challenge: CeremonyChallenge, purpose: Purpose): CeremonyContext {
    const { tau, sMax } = challenge;
    const manifestHash = fromBase64url(challenge.manifestHash, 32);
    return ceremonyContext(challenge, { purpose, origin: this.provider, manifestHash, tau, sMax });
  }

  async #post<T>(path: string, body: object): Promise<T> {
    return this.http.json<T>('POST', `${this.provider}${path}`, body);
  }

  #known(): Enrolled {
    if (!this.enrolled) throw new Error('this device is not enrolled');
    return this.enrolled;
  }
}
