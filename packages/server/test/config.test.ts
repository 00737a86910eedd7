import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseModelPolicy, readModelPolicy } from '../src/models.ts';
import { readConfig } from '../src/read-config.ts';
import { manifest } from './support/provider.ts';
import { temporaryDirectory } from './support/storages.ts';

const base = { modelsDirectory: '/models' };
const codeOf = (run: () => unknown) => {
  try {
    run();
    return 'accepted';
  } catch (error) {
    return (error as { code: string }).code;
  }
};

describe('configuration', () => {
  it('is complete without any variable', () => {
    expect(readConfig({}, base)).toMatchObject({
      origin: 'http://localhost:4400',
      storage: 'sqlite',
      policy: { signInMs: 120_000, enrolmentMs: 600_000, failuresToLock: 5, signInsPerDay: 50 },
    });
  });

  it('takes the environment over the caller’s values, seconds as milliseconds', () => {
    const env = {
      BLINDSIGHT_PORT: '0',
      BLINDSIGHT_SIGN_IN_SECONDS: '3',
      BLINDSIGHT_STORAGE: 'memory',
      BLINDSIGHT_BEGINNINGS_PER_MINUTE: '7',
      BLINDSIGHT_DATA: '/d',
    };
    expect(readConfig(env, { ...base, port: 1 })).toMatchObject({
      port: 0,
      storage: 'memory',
      dataDirectory: '/d',
      policy: { signInMs: 3_000, failuresToLock: 5 },
      rateLimits: { general: 1_200, begin: 7 },
    });
  });

  it.each([
    ['BLINDSIGHT_PORT', '70000'],
    ['BLINDSIGHT_PORT', '0x50'],
    ['BLINDSIGHT_STORAGE', 'postgres'],
    ['BLINDSIGHT_FAILURES_TO_LOCK', '0'],
    ['BLINDSIGHT_ORIGIN', 'http://localhost:4400/'],
    ['BLINDSIGHT_ORIGIN', 'http://127.0.0.1:4400'],
    ['BLINDSIGHT_ORIGIN', 'http://id.example.org'],
    ['BLINDSIGHT_ORIGIN', 'ftp://id.example.org'],
    ['BLINDSIGHT_CLIENTS', '/nowhere.json'],
    ['BLINDSIGHT_IMAGE_CHECK', 'ringface-128'],
    ['BLINDSIGHT_IMAGE_THREADS', '0'],
    ['BLINDSIGHT_IMAGE_THRESHOLD', '1.2'],
    ['BLINDSIGHT_IMAGE_THRESHOLD', '-0.2'],
    ['BLINDSIGHT_IMAGE_THRESHOLD', '0.0'],
  ])('refuses %s=%s', (name, value) => {
    expect(codeOf(() => readConfig({ [name]: value }, base))).toBe('bad-configuration');
  });

  it('has the image check off unless it is switched on', () => {
    expect(readConfig({}, base).image).toMatchObject({
      check: 'off',
      weightsDirectory: expect.stringMatching(/training\/weights$/),
    });
    const env = {
      BLINDSIGHT_IMAGE_CHECK: 'ringface-mini',
      BLINDSIGHT_IMAGE_THREADS: '1',
      BLINDSIGHT_IMAGE_THRESHOLD: '0.42',
      BLINDSIGHT_IMAGE_WEIGHTS: '/w',
    };
    expect(readConfig(env, base).image).toEqual({
      check: 'ringface-mini',
      threads: 1,
      threshold: 0.42,
      weightsDirectory: '/w',
    });
  });

  it('refuses an application that requires the image check while it is off', () => {
    const clients = join(temporaryDirectory(), 'clients.json');
    const redirectUris = ['http://localhost:4401/cb'];
    const client = { id: 'a', name: 'A', redirectUris, requiredAcr: 'urn:blindsight:acr:sealed+image' };
    writeFileSync(clients, JSON.stringify([client]));
    const read = (check: string) => () =>
      readConfig({ BLINDSIGHT_CLIENTS: clients, BLINDSIGHT_IMAGE_CHECK: check }, base);
    expect(codeOf(read('off'))).toBe('bad-configuration');
    expect(codeOf(read('ringface-mini'))).toBe('accepted');
  });

  it('refuses development settings in production', () => {
    expect(codeOf(() => readConfig({ BLINDSIGHT_PRODUCTION: '1' }, base))).toBe('dev-keys-in-production');
    const env = { BLINDSIGHT_PRODUCTION: '1', BLINDSIGHT_ORIGIN: 'https://id.example.org' };
    expect(codeOf(() => readConfig(env, base))).toBe('accepted');
    expect(codeOf(() => readConfig({ ...env, BLINDSIGHT_STORAGE: 'memory' }, base))).toBe(
      'dev-keys-in-production',
    );
  });

  it.each([
    [[{ id: 'shop', name: 'Shop', redirectUris: ['https://shop.example/cb'] }], 'accepted'],
    [[{ id: 'shop', name: 'Shop', redirectUris: [] }], 'bad-configuration'],
    [[{ id: 'shop', name: 'Shop', redirectUris: ['javascript:alert(1)'] }], 'bad-configuration'],
    [
      [{ id: 'shop', name: 'Shop', redirectUris: ['https://shop.example/cb'], secret: 'short' }],
      'bad-configuration',
    ],
    [
      [{ id: 'shop', name: 'Shop', redirectUris: ['https://shop.example/cb'], surprise: 1 }],
      'bad-configuration',
    ],
  ])('of applications %j is %s', (clients, outcome) => {
    const path = join(temporaryDirectory(), 'clients.json');
    writeFileSync(path, JSON.stringify(clients));
    expect(codeOf(() => readConfig({ BLINDSIGHT_CLIENTS: path }, base))).toBe(outcome);
  });
});

describe('the model manifest, as the server reads it', () => {
  const read = (change: (m: typeof manifest) => unknown = (m) => m) =>
    parseModelPolicy(Buffer.from(JSON.stringify(change(structuredClone(manifest)))));
  const calibrated = (over: object) => (m: typeof manifest) => ({
    ...m,
    calibration: { ...m.calibration, ...over },
  });

  it('gives the hash of its bytes and the threshold at the operating rate', () => {
    expect(read()).toMatchObject({ parameterSet: 'sealed/1', tau: 600, sMax: 1266 });
    expect(read().manifestHash).toHaveLength(32);
    expect(read(calibrated({ frames: 3 })).manifestHash).not.toEqual(read().manifestHash);
  });

  it.each([
    ['an odd threshold', calibrated({ tau: [{ fmr: 0.001, tau: 601 }] })],
    ['a threshold below the floor', calibrated({ tau: [{ fmr: 0.001, tau: 318 }] })],
    ['a threshold out of reach', calibrated({ tau: [{ fmr: 0.001, tau: 1268 }] })],
    ['no threshold at the operating rate', calibrated({ operatingFmr: 0.5 })],
    ['another number of digits', calibrated({ digits: 256 })],
    ['another limit', calibrated({ sMax: 1268 })],
    ['another interval', calibrated({ sumOfSquares: [3000, 3136] })],
    ['another format', (m: typeof manifest) => ({ ...m, format: 'x' })],
    ['no calibration', ({ format, schema }: typeof manifest) => ({ format, schema })],
  ])('is refused with %s', (_what, change) => {
    expect(codeOf(() => read(change))).toBe('bad-configuration');
  });

  it('is refused when it is absent, not JSON, or too large', () => {
    expect(codeOf(() => readModelPolicy('/nowhere'))).toBe('bad-configuration');
    expect(codeOf(() => parseModelPolicy(Buffer.from('{')))).toBe('bad-configuration');
    expect(codeOf(() => parseModelPolicy(Buffer.alloc(64 * 1024 + 1, 32)))).toBe('bad-configuration');
  });
});
