/**
 * `npm test`: types, lint, unit and contract tests, then the browser tests against a built installation.
 * The last line printed is `N passed, N failed, N skipped`; the exit status is 0 only when nothing failed.
 *
 * `npm test -- unit` and `npm test -- browser` run one part.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from './build.ts';
import { ensureChromium } from './chromium.ts';

const root = join(import.meta.dirname, '..');
const bin = (name: string): string => join(root, 'node_modules', '.bin', name);
const reports = mkdtempSync(join(tmpdir(), 'blindsight-test-'));

interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}
const total: Counts = { passed: 0, failed: 0, skipped: 0 };

const only = process.argv[2];
if (only === undefined || only === 'unit') {
  check('types', [bin('tsc'), '-p', 'tsconfig.json', '--noEmit']);
  check('lint and format', [bin('biome'), 'check', '--error-on-warnings', '.']);
}
await attempt('models and pages', () => build((line) => console.log(line)));
if (only === undefined || only === 'unit') suite('unit and contract tests', 'vitest.config.ts');
if (only === undefined || only === 'browser') {
  const found = await attempt('Chromium', async () => {
    process.env['CHROMIUM'] = ensureChromium((line) => console.log(line));
  });
  if (found) suite('browser tests', 'tests/browser/vitest.config.ts');
}

rmSync(reports, { recursive: true, force: true });
console.log(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = total.failed > 0 ? 1 : 0;

/** One command that passes or fails as a whole. */
function check(title: string, [command = '', ...args]: string[]): void {
  heading(title);
  const { status } = spawnSync(command, args, { cwd: root, stdio: 'inherit' });
  total[status === 0 ? 'passed' : 'failed']++;
}

/** One step that passes or fails as a whole; a failure is counted and the run goes on. */
async function attempt(title: string, step: () => Promise<void> | void): Promise<boolean> {
  heading(title);
  try {
    await step();
    total.passed++;
    return true;
  } catch (error) {
    console.error(error);
    total.failed++;
    return false;
  }
}

/** One vitest run; its counts are read from its JSON report, and a missing report is a failure. */
function suite(title: string, config: string): void {
  heading(title);
  const report = join(reports, `${config.replaceAll('/', '-')}.json`);
  const { status } = spawnSync(
    bin('node'),
    [
      bin('vitest'),
      'run',
      '--config',
      config,
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report}`,
    ],
    { cwd: root, stdio: 'inherit' },
  );
  const counted = readReport(report);
  total.passed += counted.passed;
  total.skipped += counted.skipped;
  // A suite that failed to load has no failed test of its own; it must not look green.
  total.failed += status === 0 ? counted.failed : Math.max(1, counted.failed);
}

function readReport(file: string): Counts {
  try {
    const report = JSON.parse(readFileSync(file, 'utf8')) as Record<string, number>;
    return {
      passed: report['numPassedTests'] ?? 0,
      failed: report['numFailedTests'] ?? 0,
      skipped: (report['numPendingTests'] ?? 0) + (report['numTodoTests'] ?? 0),
    };
  } catch {
    return { passed: 0, failed: 1, skipped: 0 };
  }
}

function heading(title: string): void {
  console.log(`\n== ${title}`);
}
