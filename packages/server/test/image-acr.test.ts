/** The level above sealed: who may ask for it, what reaches it, and what it is where the image check is off. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readImageNetwork } from '../src/image-network.ts';
import { acr } from '../src/ports/oidc.ts';
import { memoryStorage } from '../src/storage/memory/index.ts';
import { network, weightsFolder } from './support/image-device.ts';
import {
  Browser,
  begin,
  demoClient,
  faceLogin,
  oidcApp,
  relyingParty,
  signedOut,
  signIn,
} from './support/oidc-app.ts';
import { provider } from './support/provider.ts';

const strict = { ...demoClient, id: 'strict', requiredAcr: acr.image, postLogoutRedirectUris: [signedOut] };

async function start(check: 'off' | 'ringface-mini') {
  const clients = check === 'off' ? [demoClient] : [demoClient, strict];
  const app = await oidcApp({ artifacts: memoryStorage().artifacts, clients, image: { check } });
  onTestFinished(() => app.close());
  return { app, rp: await relyingParty(app), browser: new Browser(app) };
}
const imageLogin = () => faceLogin({ acr: acr.image });
const wanted = { acr_values: acr.image };
const essential = { claims: JSON.stringify({ id_token: { acr: { essential: true, value: acr.image } } }) };
const levelsIn = async (origin: string) =>
  ((await (await fetch(`${origin}/.well-known/openid-configuration`)).json()) as Record<string, unknown>)[
    'acr_values_supported'
  ];

describe('sealed+image', () => {
  it('is announced, reached by nothing weaker, and satisfies everything below', async () => {
    const { app, rp, browser } = await start('ringface-mini');
    expect(await levelsIn(app.origin)).toEqual([acr.pop, acr.sealed, acr.image]);

    const begun = await begin(rp, wanted);
    const { signIn: uid = '' } = await browser.follow(begun.url);
    expect(await browser.details(uid)).toMatchObject({ acrRequested: acr.image });
    const { left, signIn: again = '' } = await browser.follow(await browser.finishLogin(uid, faceLogin()));
    expect(left).toBeUndefined();
    expect(again).not.toBe(uid);
    const { left: back } = await browser.follow(await browser.finishLogin(again, imageLogin()));
    expect(back?.searchParams.get('code')).toBeTruthy();
    for (const values of [acr.pop, acr.sealed, acr.image]) {
      const { url } = await begin(rp, { acr_values: values, prompt: 'none' });
      expect((await browser.follow(url)).left?.searchParams.get('code')).toBeTruthy();
    }
  });

  it('is in the ID token only when it was proven', async () => {
    const { app, rp } = await start('ringface-mini');
    const proven = await signIn(new Browser(app), rp, imageLogin(), essential);
    expect(proven.tokens.claims()?.['acr']).toBe(acr.image);
    const unasked = await signIn(new Browser(app), rp, faceLogin());
    expect(unasked.tokens.claims()?.['acr']).toBe(acr.sealed);
    // one of several levels will do, the weaker too
    const either = await signIn(new Browser(app), rp, faceLogin(), {
      acr_values: `${acr.image} ${acr.sealed}`,
    });
    expect(either.tokens.claims()?.['acr']).toBe(acr.sealed);
  });

  it('is what a registered application gets that insists on it', async () => {
    const { app, browser } = await start('ringface-mini');
    const rp = await relyingParty(app, strict);
    const { signIn: uid = '' } = await browser.follow((await begin(rp)).url);
    expect(await browser.details(uid)).toMatchObject({ acrRequested: acr.image });
    expect((await browser.follow(await browser.finishLogin(uid, faceLogin()))).signIn).toBeTruthy();
  });

  it('is a stranger where the check is off: ignored as a wish, refused as a condition', async () => {
    const { app, rp, browser } = await start('off');
    expect(await levelsIn(app.origin)).toEqual([acr.pop, acr.sealed]);
    const { tokens } = await signIn(browser, rp, faceLogin(), wanted);
    expect(tokens.claims()?.['acr']).toBe(acr.sealed);
    const { left } = await new Browser(app).follow((await begin(rp, essential)).url);
    expect(left?.searchParams.get('error')).toBe('unmet_authentication_requirements');
  });

  it('cannot be required while it is off', async () => {
    const clients = [strict];
    const started = oidcApp({ artifacts: memoryStorage().artifacts, clients, image: { check: 'off' } });
    await expect(started).rejects.toMatchObject({ code: 'bad-configuration' });
    const whole = provider({ clients: [{ ...strict, redirectUris: ['http://localhost:4401/cb'] }] });
    await expect(whole).rejects.toMatchObject({ code: 'bad-configuration' });
  });
});

describe('the weights at the start', () => {
  const image = { check: 'ringface-mini', threads: 1, threshold: 0.5 } as const;
  const problem = (weightsDirectory: string, over: object = {}) => {
    try {
      readImageNetwork({ ...image, weightsDirectory, ...over });
      return 'nothing';
    } catch (error) {
      const { code, details } = error as { code: string; details: { field: string } };
      return `${code} ${details.field}`;
    }
  };
  const manifestWith = (change: (manifest: Record<string, unknown>) => void) => {
    const manifest = JSON.parse(Buffer.from(network().manifest).toString('utf8'));
    change(manifest);
    return new Uint8Array(Buffer.from(JSON.stringify(manifest)));
  };

  it('are read, and bring their threshold', () => {
    expect(problem(weightsFolder())).toBe('nothing');
    const manifest = manifestWith((one) => {
      one['thresholds'] = { '0.01': 0.31, '0.001': 0.44 };
    });
    const weightsDirectory = weightsFolder({ 'manifest.json': manifest });
    const { threshold: _own, ...unset } = image;
    expect(readImageNetwork({ ...unset, weightsDirectory })?.threshold).toBe(0.31);
    expect(readImageNetwork({ ...image, weightsDirectory })?.threshold).toBe(0.5);
    expect(readImageNetwork({ ...image, weightsDirectory, check: 'off' })).toBeUndefined();
  });

  it.each<[string, () => string, object]>([
    ['weightsSha256', () => weightsFolder({ 'weights.bin': network().weights.with(99, 1) }), {}],
    [
      'format',
      () => weightsFolder({ 'manifest.json': manifestWith((one) => void delete one['format']) }),
      {},
    ],
    ['manifest', () => weightsFolder({ 'manifest.json': new Uint8Array([1]) }), {}],
    [
      'thresholds',
      () =>
        weightsFolder({
          'manifest.json': manifestWith((one) => Object.assign(one, { thresholds: { '0.01': 2 } })),
        }),
      { threshold: undefined },
    ],
    ['thresholds.0.01', () => weightsFolder(), { threshold: undefined }],
    ['manifest.json', () => '/nowhere', {}],
  ])('are refused, naming what does not check: %s', (field, folder, over) => {
    expect(problem(folder(), over)).toBe(`image-network-refused ${field}`);
  });

  it('of another size than the parameter set are refused, and the server does not start', async () => {
    const directory = weightsFolder();
    const folder = join(directory, 'ringface-mini');
    expect(problem(directory, { check: 'ringface-64' })).toBe('image-network-refused manifest.json');
    writeFileSync(join(folder, 'weights.bin'), new Uint8Array(3));
    const started = provider({ image: { ...image, weightsDirectory: directory } });
    await expect(started).rejects.toMatchObject({ code: 'image-network-refused' });
  });
});
