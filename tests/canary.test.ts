/**
 * A full enrolment, sign-in, renewal and a second device against a real server, and then a search for everything secret in everything that was
 * sent or written: HTTP bodies, database pages, write-ahead log, other files, logs. Nothing may be found; and each
 * of five faults, planted where a careless programmer would plant it, must be.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { meanEmbedding } from '@blindsight/face';
import { applyFrame, frame, quantise, unitVector } from '@blindsight/protocol/oracle';
import { sealed1 } from '@blindsight/protocol/wire';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Installation, install } from './browser/support/installation.ts';
import { type Canary, findLeaks, type Trace } from './support/canary.ts';
import { NodeDevice } from './support/node-device.ts';
import { findPeople, testEngine } from './support/people.ts';

let installation: Installation;
let device: NodeDevice;
/** Let in by the first one; its capture is sealed to that one and relayed by the server. */
let added: NodeDevice;
let traces: Trace[];
/** What may appear nowhere. */
let secrets: Canary[];
/** What crosses the wire once and may be stored nowhere. */
let token: Canary;
let verifier: Float32Array;
let digits: Int8Array;

beforeAll(async () => {
  const [person] = await findPeople(1);
  const { engine } = await testEngine();
  const pictures = [...person!.enrol(), ...person!.probe()];
  const embeddings: Float32Array[] = [];
  for (const picture of pictures) {
    const { face } = await engine.analyze(picture);
    embeddings.push(await engine.embed(picture, face!.landmarks));
  }
  const [enrolWith, probeWith] = [embeddings.slice(0, 5), meanEmbedding(embeddings.slice(-3))];
  verifier = meanEmbedding(enrolWith);

  installation = await install({ BLINDSIGHT_LOG_LEVEL: 'debug' });
  device = new NodeDevice(installation.provider);
  await device.createAccount('Ada');
  const [code] = await device.makeCodes();
  const { states } = await device.enrol(enrolWith.map((embedding) => embedding.slice()));
  // Copies: spending wipes the originals.
  const seeds = Object.entries(states).flatMap(([kind, state]) =>
    (['fheSeed', 'frameSeed', 'ratchet'] as const).map((name) => ({
      name: `${kind} ${name}`,
      values: state[name].slice(),
    })),
  );
  const uid = await device.openInteraction(`${installation.demo}/sign-in`);
  const probed = await device.probe(uid, probeWith.slice());
  expect(probed.hit).toBe(true);
  const arrived = await device.http.navigate(await device.answer(probed));
  expect(arrived.url).toBe(`${installation.demo}/`);

  const { frameSeed } = states.ordinary;
  // The capture of the renewal is compared under the root frame and sealed under a new one.
  const capture = meanEmbedding(embeddings.slice(2, 7));
  await device.renew(capture.slice());
  const renewed = device.enrolled!.states.ordinary;

  const offered = meanEmbedding(embeddings.slice(1, 6));
  added = new NodeDevice(installation.provider);
  await device.admit(added, code!, offered.slice());
  const addedStates = added.enrolled!.states;
  const other = await added.probe(
    await added.openInteraction(`${installation.demo}/sign-in`),
    probeWith.slice(),
  );
  expect(other.hit).toBe(true);
  await added.answer(other);
  const views = [states.root, renewed].map((state) => {
    const seen = frame(state.frameSeed, capture.length, sealed1.digits);
    return applyFrame(seen, unitVector(capture));
  });

  const matrix = frame(frameSeed, verifier.length, sealed1.digits);
  const projected = applyFrame(matrix, unitVector(verifier));
  digits = quantise(projected, sealed1);
  const signs = applyFrame(matrix, unitVector(probeWith)).map((value) => (value < 0 ? 1 : 0));
  const packed = Uint8Array.from({ length: 64 }, (_, k) =>
    signs.slice(8 * k, 8 * k + 8).reduce((byte, bit) => byte * 2 + bit, 0),
  );
  const eyes = pictures[0]!.data.subarray(640 * 4 * 200 + 4 * 200, 640 * 4 * 200 + 4 * 400);
  secrets = [
    ...embeddings.map((values, i) => ({ name: `embedding ${i}`, values })),
    { name: 'verifier', values: verifier },
    { name: 'probe embedding', values: probeWith },
    { name: 'projection', values: projected },
    { name: 'template', values: digits },
    { name: 'signs of the probe', values: packed },
    { name: 'pixels', values: eyes.slice() },
    ...seeds,
    { name: 'capture of the renewal', values: capture },
    { name: 'capture of the other device', values: offered },
    ...[states.root, addedStates.root].map(({ frameSeed }, i) => ({
      name: `projection ${i} of the other device`,
      values: applyFrame(frame(frameSeed, offered.length, sealed1.digits), unitVector(offered)),
    })),
    ...(['fheSeed', 'frameSeed', 'ratchet'] as const).map((name) => ({
      name: `other device ${name}`,
      values: addedStates.root[name].slice(),
    })),
    ...views.map((values, i) => ({ name: `projection ${i} of the renewal`, values })),
    { name: 'template of the renewal', values: quantise(views[1]!.slice(), sealed1) },
    ...(['fheSeed', 'frameSeed', 'ratchet'] as const).map((name) => ({
      name: `renewed ${name}`,
      values: renewed[name].slice(),
    })),
  ];
  token = { name: 'token', values: probed.token };
  traces = collect();
}, 240_000);
afterAll(() => installation?.dispose());

/** Everything sent and everything on disk, while the server still runs. */
function collect(): Trace[] {
  const http = [...device.http.exchanges, ...added.http.exchanges].flatMap(
    ({ method, url, sent, received }) => [
      { place: `http request ${method} ${url}`, bytes: sent },
      { place: `http response ${method} ${url}`, bytes: received },
    ],
  );
  return [
    ...http,
    ...filesBelow(installation.data),
    { place: 'log', bytes: Buffer.from(installation.log()) },
  ];
}

function filesBelow(folder: string): Trace[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(join(folder, name)).isFile())
    .map((name) => ({ place: `file ${name}`, bytes: readFileSync(join(folder, name)) }));
}

describe('after an enrolment, a sign-in, a renewal and another device', () => {
  it('there is something to search: bodies, database pages, write-ahead log, log lines', () => {
    const bytes = (start: string) =>
      traces
        .filter(({ place }) => place.startsWith(start))
        .reduce((sum, trace) => sum + trace.bytes.length, 0);
    expect(bytes('http request')).toBeGreaterThan(120 * 55_000);
    expect(bytes('file blindsight.db')).toBeGreaterThan(100 * 55_000);
    expect(traces.some(({ place }) => /-wal$/.test(place))).toBe(true);
    expect(bytes('log')).toBeGreaterThan(1_000);
  });

  it('nothing of the face, its vectors, its template or its keys is anywhere', () => {
    expect(findLeaks(secrets, traces)).toEqual([]);
  });

  it('the recovery codes were shown once, and are stored and logged nowhere', () => {
    const shown = device.http.exchanges.find(({ url }) => url.endsWith('/v1/account/recovery-codes'))!;
    const { codes } = JSON.parse(Buffer.from(shown.received).toString()) as { codes: string[] };
    const stored = traces.filter(({ place }) => !place.startsWith('http'));
    for (const code of codes.flatMap((one) => [one, one.replaceAll('-', '')])) {
      expect(stored.filter(({ bytes }) => Buffer.from(bytes).includes(code))).toEqual([]);
    }
  });

  it('the one-time token crossed the wire and was stored nowhere', () => {
    expect(
      findLeaks(
        [token],
        traces.filter(({ place }) => !place.startsWith('http')),
      ),
    ).toEqual([]);
  });
});

describe('a planted fault is found', () => {
  it('in an HTTP body: the verifier as float32, sent where a ticket belongs', async () => {
    const body = new Uint8Array(verifier.buffer.slice(0));
    await device.http.request('PUT', `${installation.provider}/v1/enrolments/x/tickets/root/0`, body);
    const found = findLeaks(secrets, collect());
    expect(found).toContainEqual(expect.objectContaining({ canary: 'verifier', encoding: 'float32' }));
    expect(found.every(({ place }) => place.startsWith('http request'))).toBe(true);
  });

  it('in a database page: the template as bytes', () => {
    expect(
      leaksOf((db) => db.prepare('INSERT INTO leak VALUES (?)').run(digits), 'checkpointed'),
    ).toContainEqual({
      canary: 'template',
      encoding: 'int8',
      place: 'file leak.db',
    });
  });

  it('in the write-ahead log: the verifier as base64', () => {
    const text = Buffer.from(verifier.buffer).toString('base64');
    expect(leaksOf((db) => db.prepare('INSERT INTO leak VALUES (?)').run(text), 'in the log')).toContainEqual(
      {
        canary: 'verifier',
        encoding: 'float32 base64',
        place: 'file leak.db-wal',
      },
    );
  });

  it('in another file: the projection as hex', () => {
    const projected = secrets.find(({ name }) => name === 'projection')!.values;
    const path = join(installation.data, 'debug.txt');
    writeFileSync(path, Buffer.from(Float64Array.from(projected).buffer).toString('hex'));
    expect(findLeaks(secrets, collect())).toContainEqual(
      expect.objectContaining({ canary: 'projection', encoding: 'float64 hex', place: 'file debug.txt' }),
    );
    rmSync(path);
  });

  it('in a log line: the embedding as decimals', () => {
    const line = JSON.stringify({ level: 20, embedding: Array.from(verifier, (v) => Number(v.toFixed(5))) });
    const log = Buffer.concat([Buffer.from(installation.log()), Buffer.from(line)]);
    expect(findLeaks(secrets, [{ place: 'log', bytes: log }])).toContainEqual(
      expect.objectContaining({ canary: 'verifier', encoding: 'decimal' }),
    );
  });
});

/** Writes into a database like the server's, and searches its files. */
function leaksOf(write: (db: DatabaseSync) => void, state: 'checkpointed' | 'in the log') {
  const folder = mkdtempSync(join(tmpdir(), 'blindsight-leak-'));
  const db = new DatabaseSync(join(folder, 'leak.db'));
  try {
    db.exec('PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0; CREATE TABLE leak (value ANY) STRICT');
    db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    write(db);
    if (state === 'checkpointed') db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    return findLeaks(secrets, filesBelow(folder));
  } finally {
    db.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
