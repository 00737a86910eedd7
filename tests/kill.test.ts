/**
 * kill -9 against a whole server while a device enrols, signs in, renews and erases: at every kind of request, and at
 * a random moment of it. Whatever the device was told is on the disk, the rows fit together, and the server that
 * comes up afterwards goes on where this one ended, or says plainly that it does not.
 *
 * `BLINDSIGHT_KILLS` (24) says how often; `BLINDSIGHT_KILL_SEED` repeats a run as far as the machine lets it.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash, randomInt } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AuthenticationOptions } from '@blindsight/protocol/wire';
import { errorCodes } from '@blindsight/server';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { face } from '../packages/server/test/support/browser.ts';
import { callback } from '../packages/server/test/support/provider.ts';
import { faultsOf } from './support/durable-state.ts';
import { HttpRefusal } from './support/http-client.ts';
import { NodeDevice } from './support/node-device.ts';

const kills = Number(process.env['BLINDSIGHT_KILLS'] || 24);
const seed = Number(process.env['BLINDSIGHT_KILL_SEED'] || randomInt(2 ** 31));
/** After a request was sent, at most; most are answered within it. Unit: ms. */
const longest = 16;

/** Where a kill can be aimed: a kind of request, and how many of it one go of the action sends. */
interface Point {
  readonly action: 'enrol' | 'sign-in' | 'renew' | 'erase';
  readonly request: RegExp;
  readonly times: number;
  /** Without this kind of request the restarted server may refuse; else it must go on. */
  readonly mayRefuse?: true;
}
const uploads = (action: 'enrol' | 'renew', late: number): Point[] => [
  { action, request: /^PUT .*\/statement$/, times: 1 },
  { action, request: /^PUT .*\/public-keys\//, times: action === 'enrol' ? 2 : 1 },
  { action, request: /^PUT .*\/tickets\//, times: action === 'enrol' ? 32 : 8 },
  { action, request: /^POST .*\/finish$/, times: 1 },
  { action, request: /^PUT .*\/sealed-tickets\//, times: late },
];
const points: readonly Point[] = [
  { action: 'enrol', request: /^POST .*\/enrolments$/, times: 1 },
  ...uploads('enrol', 88),
  { action: 'sign-in', request: /^POST .*\/sign-ins$/, times: 1 },
  { action: 'sign-in', request: /^POST .*\/sign-ins\/.*\/probe$/, times: 1, mayRefuse: true },
  { action: 'sign-in', request: /^POST .*\/sign-ins\/.*\/answer$/, times: 1, mayRefuse: true },
  { action: 'renew', request: /^POST .*\/renewals$/, times: 1 },
  { action: 'renew', request: /^POST .*\/renewals\/.*\/probe$/, times: 1, mayRefuse: true },
  { action: 'renew', request: /^POST .*\/renewals\/.*\/answer$/, times: 1, mayRefuse: true },
  ...uploads('renew', 88),
  { action: 'erase', request: /^DELETE /, times: 1 },
];

/** Uniform in [0, 1): mulberry32, so that a seed is a run. */
function random(state: number): () => number {
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const draw = random(seed);
const below = (n: number) => Math.floor(draw() * n);
const directory = mkdtempSync(join(tmpdir(), 'blindsight-kill-'));
const program = fileURLToPath(new URL('./support/killable-server.ts', import.meta.url));
let port = 0;
let server: ChildProcess;
/** How often each point was hit. */
const hit = new Map<Point, number>(points.map((point) => [point, 0]));
const refusals: string[] = [];

async function startServer(): Promise<void> {
  const started = spawn(process.execPath, [program, directory, `${port}`], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  server = started;
  let complaint = '';
  started.stderr.on('data', (text) => {
    complaint += String(text);
  });
  const up = await Promise.race([once(started.stdout, 'data'), once(started, 'close').then(() => undefined)]);
  if (!up) throw new Error(`the server did not come up again: ${started.signalCode ?? complaint}`);
}
const dead = () => server.exitCode !== null || server.signalCode !== null;

beforeAll(async () => {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen({ port: 0, host: 'localhost' }, resolve));
  ({ port } = probe.address() as { port: number });
  await new Promise((resolve) => probe.close(resolve));
  await startServer();
});
afterAll(() => {
  server?.kill('SIGKILL');
  rmSync(directory, { recursive: true, force: true });
});

/** A device whose next requests of these kinds are killed, each once, at a random one of the kind. */
function killing(device: NodeDevice, aimed: readonly Point[]): void {
  const left = aimed.map((point) => ({ point, skip: below(point.times) }));
  device.http.onSent = (method, url) => {
    for (const [i, aim] of left.entries()) {
      if (!aim.point.request.test(`${method} ${url}`) || aim.skip-- > 0 || dead()) continue;
      left.splice(i, 1);
      hit.set(aim.point, hit.get(aim.point)! + 1);
      // this one, and not the one that may have taken its place by then
      const aimedAt = server;
      setTimeout(() => aimedAt.kill('SIGKILL'), below(longest));
      return;
    }
  };
  device.http.onLost = async () => {
    // a connection kept from the server before is lost too, when this one is alive
    if (!dead()) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      if (!dead()) return true;
    }
    if (server.signalCode === null) throw new Error('the server ended by itself');
    expect(await faultsOf(join(directory, 'data'), device.http)).toEqual([]);
    await startServer();
    return true;
  };
}

/** A passkey answers once: when its acceptance got lost it must be asked again. */
const askedAgain = /\/(accounts|sessions|reauthentications)(\/options)?$/;
function mayRefuse(action: Point['action'], url: string, code: string): boolean {
  if (askedAgain.test(url)) return code === 'ceremony-expired' || code === 'session-required';
  return points.some(
    (point) => point.mayRefuse && point.action === action && point.request.test(`POST ${url}`),
  );
}

/** One action to its end, or to a plain refusal where that is allowed. @returns false when it was refused. */
async function going(action: Point['action'], run: () => Promise<unknown>): Promise<boolean> {
  try {
    await run();
    return true;
  } catch (error) {
    if (!(error instanceof HttpRefusal)) throw error;
    const { code, status, message } = error;
    refusals.push(`${action}: ${code}`);
    const allowed = mayRefuse(action, message.split(' from ')[1]!, code);
    expect({ message, allowed }).toEqual({ message, allowed: true });
    expect(errorCodes).toContain(code);
    expect(status).toBeLessThan(500);
    return false;
  }
}

const startUrl = () => {
  const query = new URLSearchParams({
    client_id: 'demo',
    redirect_uri: callback,
    response_type: 'code',
    scope: 'openid',
    prompt: 'login',
    code_challenge: createHash('sha256').update('v').digest('base64url'),
    code_challenge_method: 'S256',
  });
  return `http://localhost:${port}/oidc/auth?${query}`;
};
const signIn = async (device: NodeDevice) => {
  const uid = await device.openInteraction(startUrl());
  await device.answer(await device.probe(uid, face('ada')));
};
const erase = async (device: NodeDevice) => {
  const asked = await device.http.json<AuthenticationOptions>(
    'POST',
    `${device.provider}/v1/sessions/options`,
    {},
  );
  const response = device.passkey.authenticate(asked.options as never);
  await device.http.json('POST', `${device.provider}/v1/sessions`, {
    authenticationId: asked.authenticationId,
    response,
  });
  const { deviceId } = device.enrolled!;
  await device.http.json('DELETE', `${device.provider}/v1/account/devices/${deviceId}/enrolment`);
};
const withAccount = async (): Promise<NodeDevice> => {
  for (;;) {
    const device = new NodeDevice(`http://localhost:${port}`);
    killing(device, []);
    if (await going('enrol', () => device.createAccount('Ada'))) return device;
  }
};

it(
  `keeps what it said through ${kills} kills (seed ${seed})`,
  async () => {
    const done = () => [...hit.values()].reduce((sum, one) => sum + one, 0);
    /** `count` points of an action, those first that were hit least; as many as are still to do. */
    const aim = (action: Point['action'], count: number) => {
      const aimed: Point[] = [];
      const weight = (point: Point) => hit.get(point)! + aimed.filter((one) => one === point).length + draw();
      const ofAction = points.filter((point) => point.action === action);
      while (aimed.length < Math.min(count, kills - done())) {
        const weighed = ofAction.map((point) => ({ point, weight: weight(point) }));
        aimed.push(weighed.reduce((least, one) => (one.weight < least.weight ? one : least)).point);
      }
      return aimed;
    };

    while (done() < kills) {
      const device = await withAccount();
      killing(device, aim('enrol', 6));
      expect(await going('enrol', () => device.enrol([face('ada')]))).toBe(true);
      for (let i = 0; i < 4; i++) {
        killing(device, aim('sign-in', 1));
        await going('sign-in', () => signIn(device));
      }
      killing(device, aim('renew', 6));
      await going('renew', () => device.renew(face('ada')));
      // with nobody in the way it always works
      killing(device, []);
      await signIn(device);
      killing(device, aim('erase', 1));
      while (!(await going('erase', () => erase(device))));
      await expect(device.startSignIn(await device.openInteraction(startUrl()))).rejects.toMatchObject({
        code: 'device-revoked',
      });
    }
    server.kill('SIGKILL');
    await once(server, 'exit');
    expect(await faultsOf(join(directory, 'data'), { attempts: [], exchanges: [] })).toEqual([]);
    const counted = points.map((point) => `${point.action} ${point.request.source} ${hit.get(point)}`);
    console.info(
      `kill -9: seed ${seed}, ${done()} kills\n${counted.join('\n')}\nrefusals after a restart: ${refusals.join(', ') || 'none'}`,
    );
    // a kill that ends an action leaves the points after it for the next go: a short run need not reach all
    const reached = [...hit.values()].filter((times) => times > 0).length;
    expect(reached).toBeGreaterThanOrEqual(
      kills >= 5 * points.length ? points.length : Math.min(kills, points.length) / 2,
    );
  },
  60_000 + kills * 20_000,
);
