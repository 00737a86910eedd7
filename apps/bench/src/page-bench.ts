/**
 * Measures on a page of a real Chromium, under the product's content policy. The page's module exports `prepare`,
 * which checks its answers before anything is timed and names its calls, and `repeat`.
 */
import { pagePolicy } from '../../../packages/server/src/http/headers.ts';
import { ensureChromium } from '../../../scripts/chromium.ts';
import {
  bundle,
  type Files,
  launchChromium,
  openScript,
} from '../../../tests/browser/support/script-page.ts';

export interface Sampled {
  /** Median. Unit: ms for one call. */
  readonly value: number;
  readonly p95: number;
  readonly n: number;
}

export interface Measured {
  /** CPU time of the page's thread. */
  readonly cpu: Sampled;
  /** What somebody waits. */
  readonly wall: Sampled;
}

export interface PageBench {
  readonly names: readonly string[];
  /** `Chromium` with its version. */
  readonly browser: string;
  /** A sample of each call in turn, so that all see the same disturbances. */
  interleaved(names: readonly string[], samples: number): Promise<Measured[]>;
  close(): Promise<void>;
}

/** One sample takes at least this long: the page's clock and the way to it are coarse. Unit: ms. */
const sampleTime = 25;
/** Before a call is timed: the engine compiles what is called often. Unit: ms. */
const warmUp = 300;

export interface PageOptions {
  /** For the module's `prepare`. */
  readonly args?: readonly unknown[];
  /** Files that the page may fetch, by path. */
  readonly files?: Files;
}

/** @param entry the page's module. */
export async function openPageBench(
  entry: URL,
  progress: (line: string) => void,
  { args = [], files = {} }: PageOptions = {},
): Promise<PageBench> {
  process.env['CHROMIUM'] = ensureChromium(progress);
  const [script, browser] = [await bundle(entry), await launchChromium()];
  try {
    const { page, call } = await openScript(browser, script, pagePolicy, files);
    const session = await page.context().newCDPSession(page);
    await session.send('Performance.enable');
    const names = await call<string[]>('prepare', ...args);

    /** CPU time of the page's thread so far. Unit: ms. */
    const threadTime = async () => {
      const { metrics } = await session.send('Performance.getMetrics');
      return 1000 * metrics.find(({ name }) => name === 'ThreadTime')!.value;
    };
    const sample = async (name: string, times: number) => {
      const start = await threadTime();
      const wall = await call<number>('repeat', name, times);
      return { cpu: ((await threadTime()) - start) / times, wall };
    };
    return {
      names,
      browser: `Chromium ${browser.version()}`,
      interleaved: async (wanted, samples) => {
        const repeats: number[] = [];
        for (const name of wanted) {
          const once = (await sample(name, 2)).cpu;
          const { cpu } = await sample(name, Math.ceil(warmUp / Math.max(once, 0.05)));
          repeats.push(Math.ceil(sampleTime / cpu));
        }
        const all = wanted.map(() => ({ cpus: [] as number[], walls: [] as number[] }));
        for (let i = 0; i < samples; i++) {
          for (const [k, name] of wanted.entries()) {
            const { cpu, wall } = await sample(name, repeats[k]!);
            all[k]!.cpus.push(cpu);
            all[k]!.walls.push(wall);
          }
        }
        return all.map(({ cpus, walls }) => ({ cpu: summary(cpus), wall: summary(walls) }));
      },
      close: () => browser.close(),
    };
  } catch (error) {
    await browser.close();
    throw error;
  }
}

function summary(samples: readonly number[]): Sampled {
  const sorted = samples.toSorted((a, b) => a - b);
  const n = sorted.length;
  return { value: sorted[n >> 1]!, p95: sorted[Math.floor(n * 0.95)]!, n };
}
