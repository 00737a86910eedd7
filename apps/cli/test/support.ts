/**
 * Runs a command in place and keeps what it printed.
 * @module
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { run } from '../src/run.ts';

/** An empty directory, gone when the test is over. */
export function temporary(): string {
  const path = mkdtempSync(join(tmpdir(), 'blindsight-cli-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

export interface Ran {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

/**
 * @param stays nobody asks it to end
 * @param whileUp what to do between "it runs" and "it is asked to end"
 */
export async function cli(
  argv: readonly string[],
  more: {
    env?: Record<string, string>;
    cwd?: string;
    whileUp?: (out: string) => Promise<void>;
    stays?: boolean;
  } = {},
): Promise<Ran> {
  let out = '';
  let err = '';
  const status = await run(argv, {
    env: more.env ?? {},
    cwd: more.cwd ?? temporary(),
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    untilAsked: async () => {
      await undefined; // until what follows the call was printed
      if (more.stays) await new Promise(() => {});
      await more.whileUp?.(out);
    },
  });
  return { status, out, err };
}
