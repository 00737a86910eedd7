/**
 * The encrypted-image check against a real server, and then a search for everything secret in everything that was sent or
 * written: the picture, what the network makes of it, the device's image key, the seed of the exchange, what was opened,
 * the score. And a fault of each kind, planted, is found.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { image as oracle } from '@blindsight/protocol/oracle';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { readImageNetwork } from '../packages/server/src/image-network.ts';
import { silentLogger } from '../packages/server/src/ports/logger.ts';
import { imageGroup } from '../packages/server/src/workers/image-group.ts';
import { Browser } from '../packages/server/test/support/browser.ts';
import {
  drawn,
  ImageDevice,
  network,
  secretOf,
  weightsFolder,
} from '../packages/server/test/support/image-device.ts';
import { type Provider, provider } from '../packages/server/test/support/provider.ts';
import { type Canary, findLeaks, type Trace } from './support/canary.ts';

/** A browser that keeps what it sent and received. */
class Recorded extends Browser {
  readonly exchanges: Trace[] = [];
  override async send<T>(...[method, url, body, headers]: Parameters<Browser['send']>) {
    const reply = await super.send<T>(method, url, body, headers);
    if (body instanceof Uint8Array) this.exchanges.push({ place: `http request ${url}`, bytes: body });
    this.exchanges.push({ place: `http response ${url}`, bytes: reply.bytes });
    return reply;
  }
}

// seconds of one core each, and tests run side by side
vi.setConfig({ testTimeout: 240_000 });

let p: Provider;
let browser: Recorded;
let secrets: Canary[];
/** What crosses the wire once, or is made on the server, and may be stored and logged nowhere. */
let passing: Canary[];
let score: number;
let traces: Trace[];

const floats = (values: ArrayLike<number>) => Float32Array.from(values);

beforeAll(async () => {
  const image = {
    check: 'ringface-mini',
    threads: 2,
    threshold: 0.7,
    weightsDirectory: weightsFolder(),
  } as const;
  const group = imageGroup({
    ...{ network: readImageNetwork(image)!, threads: 2, logger: silentLogger, clock: Date.now },
  });
  const seeds: Uint8Array[] = [];
  p = await provider(
    { image },
    {
      imageEvaluator: {
        full: false,
        prepare: () => group.prepare(),
        evaluate(job, options) {
          if (job.mask) seeds.push(job.mask.seed.slice());
          return group.evaluate(job, options);
        },
        forget: (device) => group.forget(device),
        close: () => group.close(),
      },
    },
  );
  browser = new Recorded(p);
  await browser.createAccount();
  await browser.enrol('Ada');
  const device = new ImageDevice(browser);
  await device.enrol(1);
  const challenge = await device.challengeAfterSignIn();
  const picture = drawn(1, 3);
  const images = await device.show(challenge, [picture]);
  const { bytes } = await device.message(challenge);
  const opened = device.open(challenge, bytes);
  const answer = await device.signedAnswer(challenge, images, bytes, opened);
  // while it is masked the seed is a secret as well
  const masked = filesAndLog();
  expect((await device.sendAnswer(challenge, answer)).status).toBe(200);
  traces = [...browser.exchanges, ...masked, ...filesAndLog()];

  const all = [0, 1, 2, 3].map((take) => drawn(1, take));
  const seen = all.map((one) => oracle.interpret(network().network, one));
  const template = seen[0]!.embedding.map((v, k) => v + seen[1]!.embedding[k]! + seen[2]!.embedding[k]!);
  score = oracle.cosine(seen[3]!.embedding, template);
  secrets = [
    ...all.map((one, i) => ({ name: `pixels ${i}`, values: Uint8Array.from(one.subarray(5_000, 5_400)) })),
    ...seen.map(({ input }, i) => ({ name: `taps ${i}`, values: floats(input.subarray(0, 4_096)) })),
    ...seen.map(({ embedding }, i) => ({ name: `embedding ${i}`, values: floats(embedding) })),
    { name: 'template', values: floats(template) },
    { name: 'seed of the image key', values: secretOf(device.seed) },
    ...seeds.map((values, i) => ({ name: `seed of exchange ${i}`, values })),
  ];
  passing = [{ name: 'opened answer', values: opened.slice(2) }];
}, 600_000);
afterAll(() => p?.dispose());

/** Everything on disk and in the log, while the server still runs. */
function filesAndLog(): Trace[] {
  const { dataDirectory } = p.config;
  const files = readdirSync(dataDirectory, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(join(dataDirectory, name)).isFile())
    .map((name) => ({ place: `file ${name}`, bytes: readFileSync(join(dataDirectory, name)) }));
  return [...files, { place: 'log', bytes: Buffer.from(p.log()) }];
}
const stored = () => traces.filter(({ place }) => !place.startsWith('http'));

/** Decimals that are the score, as far as it is known in the clear. */
function scores(among: readonly Trace[]): string[] {
  return among.flatMap(({ place, bytes }) => {
    const text = Buffer.from(bytes).toString('latin1');
    const found = [...text.matchAll(/0\.\d{4,17}/g)].filter(([one]) => Math.abs(Number(one) - score) < 2e-3);
    return found.map(() => place);
  });
}

describe('after the set-up and a comparison of encrypted pictures', () => {
  it('there is something to search, the transcript for an auditor included', () => {
    const size = (start: string) =>
      traces.reduce((sum, { place, bytes }) => sum + (place.startsWith(start) ? bytes.length : 0), 0);
    expect(size('http request')).toBeGreaterThan(5_000_000);
    expect(size('file blindsight.db')).toBeGreaterThan(5_000_000);
    expect(size('log')).toBeGreaterThan(1_000);
    expect(secrets.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['seed of exchange 0', 'seed of exchange 1']),
    );
  });

  it('nothing of the picture, its embedding, the template or any key or seed is anywhere', () => {
    expect(findLeaks(secrets, traces)).toEqual([]);
  });

  it('what was opened has crossed the wire and is stored nowhere, and the score is not even sent', () => {
    expect(findLeaks(passing, traces).map(({ place }) => place)).toEqual([
      expect.stringMatching(/^http request .*\/answer$/),
    ]);
    expect(findLeaks(passing, stored())).toEqual([]);
    expect(scores(traces)).toEqual([]);
  });

  it('a planted fault is found: taps in a body, the seed in a log line, the score in an audit entry', () => {
    const named = (name: string) => secrets.find((one) => one.name === name)!.values;
    const taps = Buffer.from(Float64Array.from(named('taps 3')).buffer);
    expect(findLeaks(secrets, [{ place: 'body', bytes: taps }])).toContainEqual(
      expect.objectContaining({ canary: 'taps 3' }),
    );
    const seed = Buffer.from(Uint8Array.from(named('seed of exchange 1'))).toString('hex');
    expect(findLeaks(secrets, [{ place: 'log', bytes: Buffer.from(`{"seed":"${seed}"}`) }])).toHaveLength(1);
    expect(scores([{ place: 'audit', bytes: Buffer.from(`{"reason":"${score.toFixed(6)}"}`) }])).toEqual([
      'audit',
    ]);
  });
});
