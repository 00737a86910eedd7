/** What surrounds every route: headers, origin check, limits, problems, files, health, logs, shutdown. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, brotliDecompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pagePolicy } from '../src/http/headers.ts';
import { Browser, type Reply } from './support/browser.ts';
import { origin, type Provider, provider } from './support/provider.ts';

let site: Provider;
let web: string;
let anyone: Browser;
const codes = async (sent: Promise<Reply>) => {
  const { status, json } = await sent;
  return [status, json['code']];
};

beforeAll(async () => {
  web = mkdtempSync(join(tmpdir(), 'blindsight-web-'));
  mkdirSync(join(web, 'assets'));
  writeFileSync(join(web, 'index.html'), '<!doctype html><title>page</title>');
  writeFileSync(join(web, 'assets', 'main-1234.js'), 'export {}');
  writeFileSync(join(web, 'assets', 'main-1234.js.br'), brotliCompressSync('export {}'));
  writeFileSync(join(web, 'assets', 'main-1234.css'), 'body{}');
  site = await provider({ storage: 'memory', webDirectory: web });
  writeFileSync(join(site.directory, 'embedder-0123456789abcdef.onnx'), 'model');
  await site.restart();
  anyone = new Browser(site);
}, 60_000);
afterAll(async () => {
  await site?.dispose();
  rmSync(web, { recursive: true, force: true });
});

describe('requests that change something', () => {
  const post = (headers: Record<string, string | undefined>) =>
    codes(anyone.send('POST', '/v1/sessions/options', {}, headers));

  it.each([
    ['our own pages', {}, [200, undefined]],
    ['a page without our header', { 'x-blindsight': undefined }, [403, 'origin-refused']],
    ['a page with another header value', { 'x-blindsight': '2' }, [403, 'origin-refused']],
    ['another origin', { origin: 'http://localhost:4401' }, [403, 'origin-refused']],
    ['no origin', { origin: undefined }, [403, 'origin-refused']],
    ['an opaque origin', { origin: 'null' }, [403, 'origin-refused']],
  ])('from %s', async (_who, headers, expected) => {
    expect(await post(headers)).toEqual(expected);
  });

  it('are refused before anything else is looked at', async () => {
    for (const [method, url] of [
      ['PUT', '/v1/enrolments/x/statement'],
      ['DELETE', '/v1/sessions/current'],
      ['POST', '/v1/sign-ins'],
    ] as const)
      expect(await codes(anyone.send(method, url, undefined, { origin: 'http://evil.example' }))).toEqual([
        403,
        'origin-refused',
      ]);
  });
});

describe('bodies', () => {
  it.each([
    ['unknown members', { extra: 1 }, undefined, 400],
    ['another type', new Uint8Array(3), undefined, 400],
    ['an unknown media type', {}, 'text/plain', 400],
    ['too many bytes', { displayName: 'x'.repeat(20_000) }, undefined, 413],
  ])('with %s are refused', async (_what, body, type, status) => {
    const reply = await anyone.send(
      'POST',
      '/v1/accounts/options',
      body,
      type ? { 'content-type': type } : {},
    );
    expect(reply.status).toBe(status);
    expect(reply.headers['content-type']).toMatch(/^application\/problem\+json/);
  });

  it('that are not JSON, or would reach into prototypes, are refused', async () => {
    for (const payload of ['{', '{"__proto__":{}}', '']) {
      const { statusCode } = await site.server.app.inject({
        method: 'POST',
        url: '/v1/accounts/options',
        headers: { origin, 'x-blindsight': '1', 'content-type': 'application/json' },
        payload,
      });
      expect(statusCode).toBe(400);
    }
  });

  it('of bytes are needed where bytes are expected', async () => {
    const url = '/v1/sign-ins/AAAAAAAAAAAAAAAAAAAAAA/probe';
    expect(await codes(anyone.send('POST', url, { a: 1 }))).toEqual([400, 'malformed-message']);
    expect(await codes(anyone.send('POST', url))).toEqual([400, 'malformed-message']);
  });
});

describe('headers', () => {
  it('of pages and scripts carry the page policy, of everything else one that allows nothing', async () => {
    for (const url of [
      '/',
      '/sign-in/abc',
      '/enrol',
      '/account',
      '/about',
      '/error',
      '/assets/main-1234.js',
    ]) {
      const { status, headers } = await anyone.send('GET', url);
      expect([url, status, headers['content-security-policy']]).toEqual([url, 200, pagePolicy]);
    }
    for (const url of ['/health/live', '/v1/account', '/models/manifest.json']) {
      const { headers } = await anyone.send('GET', url);
      expect(headers['content-security-policy']).toMatch(/^default-src 'none'; frame-ancestors 'none'/);
    }
  });

  it('lend the camera to our own pages only, and are on the provider’s routes too', async () => {
    for (const url of ['/sign-in/abc', '/oidc/jwks', '/.well-known/openid-configuration', '/v1/nothing']) {
      const { headers } = await anyone.send('GET', url);
      expect(headers['permissions-policy']).toContain('camera=(self)');
      expect(headers['referrer-policy']).toBe('no-referrer');
      expect(headers['x-content-type-options']).toBe('nosniff');
    }
  });

  it('let hashed files be kept for ever, the manifest and pages never without asking, answers not at all', async () => {
    const cache = async (url: string) => (await anyone.send('GET', url)).headers['cache-control'];
    expect(await cache('/assets/main-1234.css')).toContain('immutable');
    expect(await cache('/models/embedder-0123456789abcdef.onnx')).toContain('immutable');
    expect(await cache('/models/manifest.json')).toBe('no-cache');
    expect(await cache('/account')).toBe('no-cache');
    expect(await cache('/v1/account')).toBe('no-store');
  });

  it('of a compressed file are those of the file it stands for, and caches keep the two apart', async () => {
    const get = (encoding: string) =>
      anyone.send('GET', '/assets/main-1234.js', undefined, { 'accept-encoding': encoding });
    const [plain, small] = [await get('identity'), await get('gzip, br')];
    expect(small.headers['content-encoding']).toBe('br');
    expect(brotliDecompressSync(small.bytes).toString()).toBe('export {}');
    expect(plain.headers['content-encoding']).toBeUndefined();
    expect(plain.headers['etag']).not.toBe(small.headers['etag']);
    for (const { headers } of [plain, small]) {
      expect(headers['vary']).toMatch(/accept-encoding/i);
      expect(headers['content-security-policy']).toBe(pagePolicy);
      expect(headers['content-type']).toMatch(/javascript/);
      expect(headers['cache-control']).toContain('immutable');
    }
    expect((await anyone.send('GET', '/assets/main-1234.js.br')).status).toBe(404);
  });

  it('over https add strict transport and __Host- cookies', async () => {
    const safe = await provider({ storage: 'memory', origin: 'https://id.example.org' });
    const browser = new Browser(safe);
    const { headers } = await browser.send('GET', '/health/live');
    expect(headers['strict-transport-security']).toContain('max-age=');
    await safe.dispose();
  });
});

describe('addresses that lead nowhere', () => {
  it('are a page for people and a problem for programs', async () => {
    const page = await anyone.send('GET', '/nowhere', undefined, { accept: 'text/html' });
    expect([page.status, page.headers['content-type']]).toEqual([404, 'text/html; charset=utf-8']);
    expect(await codes(anyone.send('GET', '/nowhere'))).toEqual([404, 'not-found']);
    expect(await codes(anyone.send('GET', '/v1/nowhere', undefined, { accept: 'text/html' }))).toEqual([
      404,
      'not-found',
    ]);
    for (const url of [
      '/models/../manifest.json',
      '/models/%2e%2e/data/master.key',
      '/assets/..%2findex.html',
    ])
      expect((await anyone.send('GET', url)).status).toBe(404);
  });
});

describe('limits', () => {
  it('reach every route, the provider’s too, with a time to try again', async () => {
    const small = await provider({ storage: 'memory', rateLimits: { general: 5, begin: 2 } });
    const browser = new Browser(small);
    for (let i = 0; i < 2; i++)
      expect((await browser.send('POST', '/v1/sessions/options', {})).status).toBe(200);
    const limited = await browser.send('POST', '/v1/sessions/options', {});
    expect(limited).toMatchObject({
      status: 429,
      json: { code: 'too-many-requests', retryAfterSeconds: expect.any(Number) },
    });
    expect(Number(limited.headers['retry-after'])).toBeGreaterThan(0);
    const statuses = [];
    for (let i = 0; i < 7; i++) statuses.push((await browser.send('GET', '/oidc/jwks')).status);
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429, 429]);
    expect((await browser.send('GET', '/health/live')).status).toBe(200);
    await small.dispose();
  });
});

describe('health', () => {
  it('answers, and counts without names', async () => {
    await anyone.createAccount('Zaphod');
    expect((await anyone.send('GET', '/health/ready')).status).toBe(200);
    const { bytes } = await anyone.send('GET', '/metrics');
    const text = new TextDecoder().decode(bytes);
    expect(text).toMatch(
      /blindsight_http_request_seconds_count\{route="\/v1\/accounts",method="POST",status="201"\} \d/,
    );
    expect(text).not.toContain('Zaphod');
  });

  it('shows its numbers to the machine itself only', async () => {
    const reply = await site.server.app.inject({
      method: 'GET',
      url: '/metrics',
      remoteAddress: '192.0.2.1',
    });
    expect(reply.statusCode).toBe(404);
  });
});

describe('a server that ends', () => {
  it('can be closed twice, and says when its port is taken', async () => {
    const first = await provider({ storage: 'memory', port: 0 });
    const address = new URL(await first.server.listen());
    const second = await provider({ storage: 'memory', host: address.hostname, port: Number(address.port) });
    await expect(second.server.listen()).rejects.toMatchObject({ code: 'port-in-use' });
    await Promise.all([first.server.close(), first.server.close()]);
    await second.dispose();
    await first.dispose();
  });
});
