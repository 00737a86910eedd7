/**
 * Two browsers on the way to each other, step by step: what each sends is in plain sight, so that a test can send
 * something else.
 * @module
 */
import { createHash } from 'node:crypto';
import {
  advance,
  createDeviceKey,
  type DeviceKey,
  makeEnrolment,
  makeProbe,
  type NewDeviceOffer,
  nextTicketIndex,
  openPairing,
  openReply,
  type Pairing,
  type ReceivedOffer,
  sealOffer,
  signAuthorisation,
  signTranscript,
} from '@blindsight/protocol/client';
import {
  answerTranscript,
  type CeremonyContext,
  encodeProbeMessage,
  fromBase64url,
  type JoinedPairing,
  type PairingChallenge,
  type PairingGuestStatus,
  type PairingStatus,
  probeTranscript,
  type RootMatch,
  toBase64url,
} from '@blindsight/protocol/wire';
import { agree, type Browser, face, type Reply } from './browser.ts';

export class Meeting {
  readonly old: Browser;
  readonly guest: Browser;
  challenge!: PairingChallenge;
  context!: CeremonyContext;
  pairing!: Pairing;
  guestKey!: DeviceKey;
  offer!: NewDeviceOffer;
  received!: ReceivedOffer;
  match!: RootMatch;

  constructor(old: Browser, guest: Browser) {
    this.old = old;
    this.guest = guest;
  }

  get path(): string {
    return `/v1/pairings/${this.challenge.ceremonyId}`;
  }

  /** By passkey and a recovery code. */
  async begin(code: string): Promise<void> {
    await this.old.reauthenticate();
    const shown = await this.old.showCode(code);
    if (shown.status !== 200) throw new Error(JSON.stringify(shown.json));
    await this.beginAgain();
  }

  async beginAgain(): Promise<void> {
    const { accountId, deviceId } = this.old.device!;
    this.challenge = await this.old.must<PairingChallenge>('POST', '/v1/pairings', { deviceId });
    this.context = agree(this.challenge, 'add-device');
    this.pairing = await openPairing({ pairingId: this.challenge.ceremonyId, accountId });
  }

  async join(guest = this.guest): Promise<Reply<JoinedPairing>> {
    const body = { consent: await guest.consent(), deviceLabel: 'Phone' };
    return guest.send<JoinedPairing>('POST', `${this.path}/guest`, body);
  }

  async makeOffer(who: string): Promise<Uint8Array> {
    this.guestKey = await createDeviceKey();
    const { publicKey: devicePublicKey } = this.guestKey;
    this.offer = await sealOffer(this.pairing.link, { devicePublicKey, embedding: face(who) });
    return this.offer.message;
  }

  sendOffer(message: Uint8Array) {
    return this.guest.send('PUT', `${this.path}/guest/offer`, message);
  }

  async openOffer(): Promise<ReceivedOffer> {
    const { bytes } = await this.old.send('GET', `${this.path}/offer`);
    this.received = await this.pairing.open(bytes);
    return this.received;
  }

  confirm(confirmation = this.received.confirmation) {
    return this.old.send('POST', `${this.path}/confirmation`, confirmation);
  }

  status() {
    return this.old.send<PairingStatus>('GET', this.path);
  }

  guestStatus() {
    return this.guest.send<PairingGuestStatus>('GET', `${this.path}/guest`);
  }

  /** Up to where the person compares the digits. */
  async meet(code: string, who: string): Promise<void> {
    await this.begin(code);
    await this.join();
    await this.sendOffer(await this.makeOffer(who));
    await this.openOffer();
    await this.confirm();
  }

  /** The comparison of the offered embedding, or of another one, on the enrolled device. */
  async probe(embedding = this.received.embedding) {
    const { generationId, lastBurnedIndex } = this.challenge;
    const device = this.old.device!;
    const ticketIndex = nextTicketIndex(device.states.root, lastBurnedIndex);
    const { state, ticket } = advance(device.states.root, ticketIndex);
    device.states.root = state;
    const probe = makeProbe({ ticket, embedding });
    const place = { generationId, ticketClass: 'root', ticketIndex, probe } as const;
    const transcript = probeTranscript(this.context, place);
    const signature = await signTranscript(device.deviceKey.privateKey, transcript);
    const message = encodeProbeMessage({ ticketIndex, probe, signature });
    const reply = await this.old.send('POST', `${this.path}/probe`, message);
    const answer = async () => {
      const { token, replyHash, tokenHash } = openReply(ticket, reply.bytes, this.context);
      const answered = answerTranscript(transcript, { replyHash, tokenHash }, token);
      const signed = await signTranscript(device.deviceKey.privateKey, answered);
      this.match = {
        generationId,
        ticketIndex,
        tokenHash: new Uint8Array(createHash('sha256').update(token).digest()),
      };
      return this.old.send('POST', `${this.path}/answer`, {
        token: toBase64url(token),
        signature: toBase64url(signed),
      });
    };
    return { reply, answer };
  }

  async compare(): Promise<{ status: number; json: Record<string, unknown> }> {
    const { reply, answer } = await this.probe();
    return reply.status === 200 ? answer() : reply;
  }

  async authorise(over: { readonly devicePublicKey?: Uint8Array } = {}) {
    const { devicePublicKey, offerHash } = this.received;
    const newDevice = { deviceId: this.challenge.newDeviceId, devicePublicKey, offerHash, ...over };
    const { deviceKey } = this.old.device!;
    const message = await signAuthorisation(this.context, this.match, deviceKey, newDevice);
    return this.old.send('POST', `${this.path}/authorisation`, message);
  }

  /**
   * What the new device makes of what it may now do.
   * @param deviceKey a liar signs with another one.
   * @param over what its challenge came to, where there was one.
   */
  async enrolGuest(
    who: string,
    deviceKey = this.guestKey,
    over: Pick<CeremonyContext, 'challengeHash'> = {},
  ) {
    const { json } = await this.guestStatus();
    const challenge = json.challenge!;
    const context = { ...agree(challenge, 'add-device'), ...over };
    const made = await makeEnrolment({ context, deviceKey, embeddings: [face(who)] });
    const base = `/v1/enrolments/${challenge.ceremonyId}`;
    const statement = () => this.guest.send('PUT', `${base}/statement`, made.statement);
    const rest = async () => {
      for (const kind of ['root', 'ordinary'] as const) {
        await this.guest.must('PUT', `${base}/public-keys/${kind}`, made.material[kind].publicKey);
        const first = kind === 'root' ? challenge.root : challenge.firstOrdinary;
        for (const [index, ticket] of made.material[kind].tickets.slice(0, first).entries())
          await this.guest.must('PUT', `${base}/tickets/${kind}/${index}`, ticket);
      }
    };
    const finish = async () => {
      const finished = await this.guest.send('POST', `${base}/finish`, {});
      const { accountId, deviceId } = challenge;
      if (finished.status === 201)
        this.guest.device = { accountId, deviceId, deviceKey, states: { ...made.states } };
      return finished;
    };
    return { challenge, base, statement, rest, finish };
  }

  /** All of it. */
  async add(code: string, who: string): Promise<void> {
    await this.meet(code, who);
    await this.compare();
    await this.authorise();
    const made = await this.enrolGuest(who);
    await made.statement();
    await made.rest();
    const { status, json } = await made.finish();
    if (status !== 201) throw new Error(JSON.stringify(json));
  }
}

export const confirmationOf = (status: PairingGuestStatus): Uint8Array =>
  fromBase64url(status.confirmation ?? '', 32);
