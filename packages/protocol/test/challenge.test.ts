import { describe, expect, it } from 'vitest';
import { createDeviceKey, DeviceChallenge, makeTicketReady } from '../src/client.ts';
import { allowances, drawSteps, ServerChallenge, verifyReady } from '../src/server.ts';
import {
  ChallengeChain,
  type ChallengeProfile,
  type ChallengeStep,
  challengeLimits,
  commitmentTo,
  decodeCommit,
  decodeReady,
  decodeServerMessage,
  decodeTicketReady,
  encodeCommit,
  encodeDone,
  encodeReady,
  encodeStepMessage,
  encodeTicketReady,
  encodeTranscript,
  lightColours,
  newId,
  type StepMessage,
  sha256,
  toBase64url,
} from '../src/wire.ts';
import { codeOf, context } from './support/sample.ts';

const bytes = (length: number, value: number) => new Uint8Array(length).fill(value);
const fixedId = 'AAAAAAAAAAAAAAAAAAAAAA';
const turn: ChallengeStep = { kind: 'turn', direction: 'right' };
const step = (over: Partial<StepMessage> = {}): StepMessage => ({
  type: 'step',
  k: 1,
  n: 2,
  at: 0,
  allowed: 7_050,
  step: { kind: 'light', colour: 'magenta', ms: 440 },
  ...over,
});

describe('the messages of a challenge', () => {
  const messages: readonly [string, Uint8Array, (message: Uint8Array) => unknown][] = [
    ['ready', encodeReady('no-light'), decodeReady],
    [
      'ready with a ticket',
      encodeTicketReady({ profile: 'default', ticketIndex: 7, signature: bytes(64, 1) }),
      decodeTicketReady,
    ],
    ['step, light', encodeStepMessage(step()), decodeServerMessage],
    ['step, turn', encodeStepMessage(step({ step: turn })), decodeServerMessage],
    ['step, blink', encodeStepMessage(step({ step: { kind: 'blink' } })), decodeServerMessage],
    ['commit', encodeCommit({ k: 3, commitment: bytes(32, 2) }), decodeCommit],
    ['done', encodeDone({ type: 'done', at: 9_000 }), decodeServerMessage],
  ];

  it.each(messages)(
    '%s: read back, and refused shorter, longer and in another version',
    async (_name, message, decode) => {
      expect(decode(message)).toBeTruthy();
      const refused = ['malformed-message', 'unsupported-version', 'message-too-large'];
      const longer = new Uint8Array([...message, 0]);
      const newer = Uint8Array.from(message, (byte, i) => (i === 0 ? 2 : byte));
      for (let length = 0; length < message.length; length++)
        expect(refused).toContain(await codeOf(() => decode(message.subarray(0, length))));
      for (const other of [longer, newer, bytes(200, 1)])
        expect(refused).toContain(await codeOf(() => decode(other)));
    },
  );

  it('a step has one encoding: every byte that is changed is another step or is refused', async () => {
    const one = encodeStepMessage(step({ step: turn }));
    for (const at of one.keys()) {
      for (let value = 0; value < 256; value++) {
        const other = Uint8Array.from(one, (byte, i) => (i === at ? value : byte));
        let again: Uint8Array | undefined;
        await codeOf(() => {
          const read = decodeServerMessage(other);
          again = read.type === 'step' ? encodeStepMessage(read) : encodeDone(read);
        }).catch(() => {});
        if (again) expect(again).toEqual(other);
      }
    }
  });

  it.each([
    ['light below 400 ms', { step: { kind: 'light', colour: 'blue', ms: 399 } }],
    ['light above a second', { step: { kind: 'light', colour: 'blue', ms: 1_001 } }],
    ['step 0', { k: 0 }],
    ['a step after the last', { k: 3 }],
    ['seventeen steps', { n: 17 }],
  ] as const)('%s is refused', async (_what, over) => {
    expect(await codeOf(() => decodeServerMessage(encodeStepMessage(step(over))))).toBe('malformed-message');
  });
});

describe('the chain', () => {
  // Vectors from a second implementation, in Python, from docs/PROTOCOL.md.
  const vectors = {
    commitment: 'poqOHt0rOOe-BLOrJ0DWoZh5urDzLG9M9wbPGHJDdyw',
    challengeHash: '05NExo7gk5pCRWXRBXLTnHCAqEeTbRg6TtKvEO7vCEY',
    ready: '0lPqBL9HeCwl7HcrLxLNMWsV0aJakMMgOlGzr6zi6vc',
  };

  it('is stable: committed vectors', () => {
    const c1 = commitmentTo(fixedId, 1, bytes(32, 5), bytes(3, 6));
    expect(toBase64url(c1)).toBe(vectors.commitment);
    const chain = new ChallengeChain({ ceremonyId: fixedId, nonce: bytes(32, 1), profile: 'default' });
    chain.answered(step(), c1);
    chain.answered(step({ k: 2, at: 481, step: turn }), bytes(32, 8));
    expect(toBase64url(chain.done({ type: 'done', at: 2_345 }))).toBe(vectors.challengeHash);
    const common = context({
      accountId: fixedId,
      deviceId: fixedId,
      ceremonyId: fixedId,
      nonce: bytes(32, 1),
    });
    const ready = encodeTranscript({
      ...common,
      type: 'challenge-ready',
      generationId: fixedId,
      ticketClass: 'ordinary',
      ticketIndex: 7,
      profile: 'no-light',
    });
    expect(toBase64url(sha256(ready))).toBe(vectors.ready);
  });

  it('is another one for another ceremony, nonce, profile, step, time, order or commitment', () => {
    const root = { ceremonyId: fixedId, nonce: bytes(32, 1), profile: 'default' as ChallengeProfile };
    const hash = (over: object, answers: [StepMessage, Uint8Array][], at = 9) => {
      const chain = new ChallengeChain({ ...root, ...over });
      for (const answer of answers) chain.answered(...answer);
      return toBase64url(chain.done({ type: 'done', at }));
    };
    const [one, two]: [StepMessage, Uint8Array][] = [
      [step(), bytes(32, 1)],
      [step({ k: 2 }), bytes(32, 2)],
    ];
    const all = [
      hash({}, [one!, two!]),
      hash({ ceremonyId: newId() }, [one!, two!]),
      hash({ nonce: bytes(32, 2) }, [one!, two!]),
      hash({ profile: 'no-light' }, [one!, two!]),
      hash({}, [two!, one!]),
      hash({}, [one!]),
      hash({}, [one!, two!], 10),
      hash({}, [[step({ at: 1 }), bytes(32, 1)], two!]),
      hash({}, [[step({ allowed: 7_051 }), bytes(32, 1)], two!]),
      hash({}, [[step(), bytes(32, 3)], two!]),
    ];
    expect(new Set(all).size).toBe(all.length);
  });

  it('a commitment hides: the same evidence never gives the same one', () => {
    const one = () => {
      const device = new DeviceChallenge(context({ ceremonyId: fixedId }), 'default');
      device.receive(encodeStepMessage(step()));
      return toBase64url(device.commit(bytes(8, 1)));
    };
    expect(one()).not.toBe(one());
  });
});

describe('what is drawn', () => {
  const many = (profile: ChallengeProfile) => Array.from({ length: 400 }, () => drawSteps(profile));

  it('default: 6 or 7 light slots together, 2 movements around them, a turn among them', () => {
    const [counts, places] = [new Set<number>(), new Set<number>()];
    for (const steps of many('default')) {
      const lights = steps.filter(({ kind }) => kind === 'light');
      const first = steps.findIndex(({ kind }) => kind === 'light');
      counts.add(lights.length);
      places.add(first);
      expect(steps).toHaveLength(lights.length + 2);
      expect(steps.slice(first, first + lights.length)).toEqual(lights);
      expect(steps.some(({ kind }) => kind === 'turn')).toBe(true);
    }
    expect([...counts].sort()).toEqual([6, 7]);
    expect([...places].sort()).toEqual([0, 1, 2]);
  });

  it('light: neighbours differ, each channel is on once and off once, no slot is shorter than 400 ms', () => {
    const seen = new Set<string>();
    for (const steps of many('default')) {
      const lights = steps.filter((one) => one.kind === 'light');
      const bits = lights.map(({ colour }) => lightColours.indexOf(colour));
      for (const [i, { colour, ms }] of lights.entries()) {
        seen.add(colour);
        expect(ms).toBeGreaterThanOrEqual(challengeLimits.leastLightMs);
        expect(ms).toBeLessThanOrEqual(500);
        expect(colour).not.toBe(lights[i - 1]?.colour);
      }
      for (const channel of [1, 2, 4]) {
        expect(bits.some((colour) => colour & channel)).toBe(true);
        expect(bits.some((colour) => !(colour & channel))).toBe(true);
      }
    }
    expect(seen.size).toBe(lightColours.length);
  });

  it('no-light: 4 or 5 movements, none twice in a row, all kinds come up', () => {
    const [kinds, counts] = [new Set<string>(), new Set<number>()];
    for (const steps of many('no-light')) {
      counts.add(steps.length);
      for (const [i, one] of steps.entries()) {
        kinds.add(one.kind === 'turn' ? one.direction : one.kind);
        expect(one.kind).not.toBe('light');
        expect(one).not.toEqual(steps[i - 1]);
      }
    }
    expect([...counts].sort()).toEqual([4, 5]);
    expect([...kinds].sort()).toEqual(['blink', 'closer', 'left', 'right', 'smile']);
  });
});

describe('server and device', () => {
  const steps: ChallengeStep[] = [{ kind: 'light', colour: 'green', ms: 400 }, turn, { kind: 'smile' }];
  const begun = (roundTrip = 50, profile: ChallengeProfile = 'default') => {
    const ceremony = context();
    const server = new ServerChallenge({ ...ceremony, profile }, steps, roundTrip);
    const device = new DeviceChallenge(ceremony, profile);
    return { ceremony, server, device, first: server.first() };
  };
  const reveal = (message: Uint8Array) => decodeServerMessage(message) as StepMessage;
  const commit = (k: number) => encodeCommit({ k, commitment: bytes(32, k) });

  it('come to the same hash, which is in everything signed from then on', () => {
    const { server, device, first } = begun();
    let message = first;
    for (let one = device.receive(message); one; one = device.receive(message)) {
      expect(one.step).toEqual(steps[one.k - 1]);
      message = server.commit(device.commit(bytes(20, one.k)), 350 * one.k);
    }
    expect(server.hash).toBeDefined();
    expect(device.context.challengeHash).toEqual(server.hash);
  });

  it('time: a slot and its allowance, a movement, the round trip as measured but not beyond its limit', () => {
    expect(reveal(begun(50.2).first).allowed).toBe(400 + allowances.light + 51);
    expect(reveal(begun(90_000).first).allowed).toBe(400 + allowances.light + allowances.roundTrip);
    expect(reveal(begun(-5).first).allowed).toBe(400 + allowances.light);
    const { server } = begun(0);
    expect(reveal(server.commit(commit(1), 700)).allowed).toBe(allowances.movement);
  });

  it.each([
    [750, 'nothing was thrown'],
    [751, 'challenge-refused'],
  ])('a slot of 400 ms with a round trip of 50 ms, answered after %i ms: %s', async (at, code) => {
    const { server } = begun();
    expect(await codeOf(() => server.commit(commit(1), at))).toBe(code);
  });

  it('45 s for all of it, whatever is left of the last step', async () => {
    const long = Array.from({ length: 10 }, (_, i) => (i % 2 ? turn : ({ kind: 'smile' } as const)));
    const server = new ServerChallenge({ ...context(), profile: 'no-light' }, long, 0);
    server.first();
    for (let k = 1; k <= 6; k++) server.commit(commit(k), k * 7_000);
    expect(server.deadline).toBe(45_000);
    expect(await codeOf(() => server.commit(commit(7), 45_001))).toBe('challenge-refused');
  });

  it.each([
    ['another step', 2],
    ['step 0', 0],
  ])('the server refuses %s', async (_what, k) => {
    const { server } = begun();
    expect(await codeOf(() => server.commit(commit(k), 1))).toBe('challenge-refused');
  });

  it('the server refuses an answer given twice, and one after the end', async () => {
    const { server } = begun();
    server.commit(commit(1), 1);
    expect(await codeOf(() => server.commit(commit(1), 2))).toBe('challenge-refused');
    server.commit(commit(2), 2);
    server.commit(commit(3), 3);
    expect(await codeOf(() => server.commit(commit(4), 4))).toBe('challenge-refused');
  });

  const done = (at: number) => encodeDone({ type: 'done', at });
  const second = (over: Partial<StepMessage> = {}) => encodeStepMessage(step({ k: 2, ...over }));
  it.each<[string, ('commit' | Uint8Array)[]]>([
    ['a step before the last one is answered', [second()]],
    ['a step again', ['commit', encodeStepMessage(step())]],
    ['another number of steps', ['commit', second({ n: 3 })]],
    ['the end before the last step', ['commit', done(5)]],
    ['a time that goes back', ['commit', second({ at: 500 }), 'commit', done(499)]],
    ['a time beyond the limit', ['commit', second({ at: 45_001 })]],
    ['anything after the end', ['commit', second(), 'commit', done(5), done(5)]],
    ['to answer twice', ['commit', 'commit']],
  ])('the device refuses %s', async (_what, events) => {
    const device = new DeviceChallenge(context(), 'default');
    device.receive(encodeStepMessage(step()));
    const apply = (event: 'commit' | Uint8Array) =>
      event === 'commit' ? device.commit(bytes(1, 1)) : device.receive(event);
    for (const event of events.slice(0, -1)) apply(event);
    expect(await codeOf(() => apply(events.at(-1)!))).toBe('challenge-refused');
  });

  it('the device signs nothing before the end', async () => {
    const device = new DeviceChallenge(context(), 'default');
    expect(await codeOf(() => device.context)).toBe('challenge-refused');
  });

  it('whoever chose no light gets none, whatever a server sends', async () => {
    const device = new DeviceChallenge(context(), 'no-light');
    expect(await codeOf(() => device.receive(encodeStepMessage(step())))).toBe('challenge-refused');
  });
});

describe('ready', () => {
  it('is signed for its ceremony, ticket and profile, and for nothing else', async () => {
    const key = await createDeviceKey();
    const ceremony = context();
    const generationId = newId();
    const record = {
      context: ceremony,
      generationId,
      ticketClass: 'ordinary',
      devicePublicKey: key.publicKey,
    } as const;
    const ticket = { generationId, ticketClass: 'ordinary', index: 5 } as const;
    const message = await makeTicketReady(ceremony, 'no-light', ticket, key.privateKey);
    expect(await verifyReady(record, message)).toEqual({ profile: 'no-light', ticketIndex: 5 });

    const { signature } = decodeTicketReady(message);
    const forge = (profile: ChallengeProfile, ticketIndex: number) =>
      encodeTicketReady({ profile, ticketIndex, signature });
    expect(await codeOf(() => verifyReady(record, forge('default', 5)))).toBe('signature-refused');
    expect(await codeOf(() => verifyReady(record, forge('no-light', 6)))).toBe('signature-refused');
    expect(await codeOf(() => verifyReady(record, forge('no-light', 96)))).toBe('malformed-message');
    expect(await codeOf(() => verifyReady({ ...record, generationId: newId() }, message))).toBe(
      'signature-refused',
    );
    expect(await codeOf(() => verifyReady({ ...record, context: context() }, message))).toBe(
      'signature-refused',
    );
    expect(await codeOf(() => verifyReady({ ...record, ticketClass: 'root' }, message))).toBe(
      'signature-refused',
    );
  });
});
