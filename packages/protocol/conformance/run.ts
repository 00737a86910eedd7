/**
 * Asks a program the conformance cases, one JSON line at a time. Specified in docs/PROTOCOL.md, "Checking an
 * implementation".
 * @module
 */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { isDeepStrictEqual } from 'node:util';
import { type Case, conformanceCases } from './cases.ts';

export { type Case, conformanceCases };

export interface SectionReport {
  readonly section: string;
  readonly passed: number;
  /** The operations that were answered otherwise, each with the number of its question. */
  readonly failed: readonly string[];
  readonly unsupported: number;
}

/** The program cannot be checked at all: it did not answer as the line protocol has it. */
export class SubjectError extends Error {
  override readonly name = 'SubjectError';
}

/**
 * @param command a command line, run by the shell; it answers each line of its input with one line.
 * @param timeoutMs how long one answer may take.
 * @returns one report per section, in the order of the cases.
 * @throws {SubjectError} when the program ends early, prints something else, or stays silent.
 */
export async function checkImplementation(
  command: string,
  cases: readonly Case[],
  timeoutMs = 120_000,
): Promise<SectionReport[]> {
  const child = spawn(command, { shell: true, detached: true, stdio: 'pipe' });
  child.stderr.resume();
  child.stdin.on('error', () => {}); // the end of the program is told by its output
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const reports = new Map<string, { passed: number; failed: string[]; unsupported: number }>();
  try {
    for (const [n, { operation, input, expected }] of cases.entries()) {
      const section = operation.split('.')[0]!;
      const report = reports.get(section) ?? { passed: 0, failed: [], unsupported: 0 };
      reports.set(section, report);
      child.stdin.write(`${JSON.stringify({ n, operation, input })}\n`);
      const { n: _, ...answer } = parsed(await within(timeoutMs, lines.next(), operation), n, operation);
      if (answer['unsupported'] === true) report.unsupported++;
      else if (isDeepStrictEqual(answer, expected)) report.passed++;
      else report.failed.push(`${operation} (question ${n})`);
    }
    return Array.from(reports, ([section, report]) => ({ section, ...report }));
  } finally {
    await end(child);
  }
}

function parsed(
  { done, value }: IteratorResult<string>,
  n: number,
  operation: string,
): Record<string, unknown> {
  if (done) throw new SubjectError(`it ended before it answered question ${n}, ${operation}`);
  try {
    const answer: unknown = JSON.parse(value);
    if (typeof answer === 'object' && answer !== null && 'n' in answer && answer.n === n)
      return { ...answer };
  } catch {
    // not JSON: the same complaint as JSON of another form
  }
  throw new SubjectError(`its answer to question ${n}, ${operation}, is not of the form {"n":${n}, ...}`);
}

async function within<T>(ms: number, answer: Promise<T>, operation: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new SubjectError(`it did not answer ${operation} within ${ms / 1000} s`)),
      ms,
    );
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** The shell and what it started: a group of its own. */
async function end(child: ChildProcessWithoutNullStreams): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    return; // gone by itself
  }
  await ended;
}
