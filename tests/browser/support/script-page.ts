/**
 * A page, and a worker, that hold one bundled module of ours and nothing else. Answered from memory on a secure
 * origin that no network has; whatever else they ask for is noted.
 */
import { withoutRuntimeFile } from '@blindsight/face/vite';
import { type Browser, chromium, type Page } from 'playwright-core';
import { build, type Rollup } from 'vite';

const origin = 'http://script.localhost';

export interface ScriptPage {
  readonly page: Page;
  /** Calls an export of the module on the page; arguments and result are JSON. */
  call<T>(name: string, ...args: readonly unknown[]): Promise<T>;
  /** The same in a new worker. */
  callInWorker<T>(name: string, ...args: readonly unknown[]): Promise<T>;
  /** Addresses asked for that are not the module's. */
  readonly strays: readonly string[];
}

export const launchChromium = (): Promise<Browser> =>
  chromium.launch({
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  });

/** The module and everything it imports as one script. @param entry a TypeScript file. */
export async function bundle(entry: URL): Promise<string> {
  const lib = { entry: entry.pathname, formats: ['es' as const], fileName: 'script' };
  // vite sets NODE_ENV for the whole process; servers started afterwards must not take themselves for production.
  const environment = process.env['NODE_ENV'];
  try {
    const bundles = (await build({
      configFile: false,
      logLevel: 'silent',
      plugins: [withoutRuntimeFile()],
      build: {
        write: false,
        target: 'es2024',
        lib,
        rolldownOptions: { output: { codeSplitting: false } },
      },
    })) as Rollup.RollupOutput[];
    return bundles[0]!.output[0].code;
  } finally {
    if (environment === undefined) delete process.env['NODE_ENV'];
    else process.env['NODE_ENV'] = environment;
  }
}

const pageScript = "import * as script from '/script.js'; window.script = script;";
const workerScript = `
  import * as script from '/script.js';
  onmessage = async ({ data: { name, args } }) => {
    try {
      postMessage({ result: await script[name](...args) });
    } catch (error) {
      postMessage({ error: String(error) });
    }
  };`;

/** What is served, by path. */
export type Files = Readonly<Record<string, readonly [contentType: string, body: string | Buffer]>>;

/**
 * @param policy the content security policy of page and worker.
 * @param more files besides the module.
 */
export async function openScript(
  browser: Browser,
  script: string,
  policy: string,
  more: Files = {},
): Promise<ScriptPage> {
  const files: Files = {
    ...more,
    '/': ['text/html', '<!doctype html><title>script</title><script type="module" src="/page.js"></script>'],
    '/script.js': ['text/javascript', script],
    '/page.js': ['text/javascript', pageScript],
    '/worker.js': ['text/javascript', workerScript],
    '/favicon.ico': ['image/x-icon', ''],
  };
  const page = await browser.newPage();
  const strays: string[] = [];
  await page.route('**/*', (route) => {
    const url = new URL(route.request().url());
    const file = url.origin === origin ? files[url.pathname] : undefined;
    if (!file) {
      strays.push(url.href);
      return route.abort();
    }
    const [contentType, body] = file;
    return route.fulfill({ contentType, body, headers: { 'content-security-policy': policy } });
  });
  const errors: string[] = [];
  page.on('pageerror', ({ message }) => errors.push(message));
  await page.goto(`${origin}/`, { waitUntil: 'load' });
  if (errors.length + strays.length > 0)
    throw new Error(`the module does not load: ${[...errors, ...strays]}`);
  return {
    page,
    strays,
    call: (name, ...args) => page.evaluate(onPage, { name, args }) as Promise<never>,
    callInWorker: (name, ...args) => page.evaluate(inWorker, { name, args }) as Promise<never>,
  };
}

interface Call {
  readonly name: string;
  readonly args: readonly unknown[];
}

/** Runs in the page. */
function onPage({ name, args }: Call): unknown {
  const { script } = globalThis as unknown as {
    script: Record<string, (...args: readonly unknown[]) => unknown>;
  };
  return script[name]!(...args);
}

/** Runs in the page. The policy is the one that the product's pages have for their workers. */
function inWorker(call: Call): Promise<unknown> {
  type Types = {
    createPolicy(name: string, rules: { createScriptURL(url: string): string }): typeof rules;
  };
  const { trustedTypes, workerPolicy } = globalThis as unknown as {
    trustedTypes: Types;
    workerPolicy?: ReturnType<Types['createPolicy']>;
  };
  const policy =
    workerPolicy ?? trustedTypes.createPolicy('blindsight-worker', { createScriptURL: (url) => url });
  Object.assign(globalThis, { workerPolicy: policy });
  return new Promise((resolve, reject) => {
    const worker = new Worker(policy.createScriptURL('/worker.js'), { type: 'module' });
    worker.onmessage = ({ data }) => {
      worker.terminate();
      if ('error' in data) reject(new Error(data.error));
      else resolve(data.result);
    };
    worker.onerror = ({ message }) => reject(new Error(message));
    worker.postMessage(call);
  });
}
