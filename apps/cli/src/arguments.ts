/**
 * From the command line to one command. Pure.
 * @module
 */
import { parseArgs } from 'node:util';
import { isId } from '@blindsight/protocol/wire';
import { CliError } from './errors.ts';
import { type Given, optionSpecs } from './options.ts';

export const commands = {
  serve: 'start the provider',
  demo: 'start the provider and the demo application',
  doctor: 'check this machine and installation, and say what to do',
  'models build': 'convert the face models from the installed packages',
  'models verify': 'check the face models against their manifest',
  calibrate: 'measure thresholds on your own pictures, one folder per person',
  'audit verify': 'check that the audit log is complete and unaltered',
  'audit export':
    'print what it takes to compute a comparison of encrypted pictures again: the number of its CHECK',
  'audit replay': 'compute the comparison in FILE again, and say whether the server sent what it should have',
  backup: 'write a copy of the database to FILE, also while the provider runs',
  restore: 'put the backup FILE in the place of the database; burns every ticket, applies erasures again',
  'erasure verify': 'check that an erasure still holds, by the number of its RECEIPT',
  'keys rotate': 'make a new master key and wrap every stored key under it',
  conformance: 'check another implementation of the protocol: COMMAND answers questions line by line',
  help: 'this text',
} as const;
export type CommandName = keyof typeof commands;

/** What some commands are given besides options, as the help calls it. */
const operands: Partial<Record<CommandName, string>> = {
  calibrate: 'FOLDER',
  'audit export': 'CHECK',
  'audit replay': 'FILE',
  backup: 'FILE',
  restore: 'FILE',
  'erasure verify': 'RECEIPT',
  conformance: 'COMMAND',
};

export interface Command {
  readonly name: CommandName;
  /** What follows the name, for the commands that take one. */
  readonly operand?: string;
  readonly given: Given;
  /** `help --env` */
  readonly env: boolean;
  readonly calibrate: CalibrateOptions;
}

/** What only `calibrate` is told. */
export interface CalibrateOptions {
  readonly verifier: 'mean' | 'logistic';
  /** The false match rate sign-in shall use. */
  readonly fmr: number;
  /** Where the pictures come from; the folder when absent. */
  readonly note?: string;
  /** File to write. */
  readonly out: string;
}

const calibrateOptions = {
  verifier: { fallback: 'mean', meaning: 'mean or logistic: how a template is made' },
  fmr: { fallback: '1e-3', meaning: 'the false match rate sign-in shall use: 1e-2, 1e-3 or 1e-4' },
  note: { fallback: 'the name of the folder', meaning: 'where the pictures come from, for the record' },
  out: { fallback: 'calibration.json', meaning: 'the file to write, for --calibration' },
} as const;

/** @throws {CliError} `bad-usage` naming what is not understood. */
export function parseCommand(argv: readonly string[]): Command {
  const { values, positionals } = parsed(argv);
  const { help, env = false, ...rest } = values;
  const own = Object.keys(calibrateOptions);
  const of = (mine: boolean) => Object.entries(rest).filter(([option]) => own.includes(option) === mine);
  const { name, operand } = help ? { name: 'help' as const } : named(positionals);
  if (env && name !== 'help') throw new CliError('bad-usage', '--env belongs to help');
  const [stray] = of(true);
  if (stray && name !== 'calibrate') throw new CliError('bad-usage', `--${stray[0]} belongs to calibrate`);
  return {
    name,
    given: Object.fromEntries(of(false)) as Given,
    env: env === true,
    calibrate: calibrateOf(Object.fromEntries(of(true)) as Record<string, string>),
    ...(operand === undefined ? {} : { operand }),
  };
}

function calibrateOf(given: Readonly<Record<string, string>>): CalibrateOptions {
  const { verifier = 'mean', fmr = '1e-3', note, out = calibrateOptions.out.fallback } = given;
  if (verifier !== 'mean' && verifier !== 'logistic')
    throw new CliError('bad-usage', `--verifier ${verifier}`);
  if (![1e-2, 1e-3, 1e-4].includes(Number(fmr))) throw new CliError('bad-usage', `--fmr ${fmr}`);
  return { verifier, fmr: Number(fmr), out, ...(note === undefined ? {} : { note }) };
}

/** The command that the words begin with, and the one word that may follow it. */
function named(words: readonly string[]): { name: CommandName; operand?: string } {
  if (words.length === 0) return { name: 'help' };
  const names = Object.keys(commands) as CommandName[];
  const whole = names.find((name) => name === words.join(' '));
  if (whole && !operands[whole]) return { name: whole };
  const name = names.find((one) => operands[one] && one === words.slice(0, -1).join(' '));
  if (name) return { name, operand: words.at(-1)! };
  const missing = whole ? `${whole} ${operands[whole]}` : words.join(' ');
  throw new CliError('bad-usage', missing);
}

function parsed(argv: readonly string[]) {
  const options: Record<string, { type: 'string' | 'boolean'; short?: string }> = {
    help: { type: 'boolean', short: 'h' },
    env: { type: 'boolean' },
  };
  for (const spec of optionSpecs) {
    options[spec.name] = { type: spec.flag ? 'boolean' : 'string' };
  }
  for (const name of Object.keys(calibrateOptions)) options[name] = { type: 'string' };
  // one id in 64 begins with a hyphen and is no option all the same
  const isReceipt = (word: string) => isId(word) && !(word.slice(2) in options);
  const args = [...argv.filter((word) => !isReceipt(word)), '--', ...argv.filter(isReceipt)];
  try {
    return parseArgs({ args, options, allowPositionals: true, strict: true });
  } catch (error) {
    throw new CliError('bad-usage', (error as Error).message, error);
  }
}

export function helpText(): string {
  const usage = (name: string) => [name, operands[name as CommandName] ?? ''].join(' ').trim();
  const width = Math.max(...Object.keys(commands).map((name) => usage(name).length)) + 2;
  const lines = Object.entries(commands).map(([name, meaning]) => `  ${usage(name).padEnd(width)}${meaning}`);
  const options = optionSpecs.map(
    ({ name, env, fallback, meaning, flag }) =>
      `  --${name}${flag ? '' : ' VALUE'}\n      ${meaning}\n      default ${fallback}; environment ${env}`,
  );
  const ofCalibrate = Object.entries(calibrateOptions).map(
    ([name, { fallback, meaning }]) => `  --${name} VALUE\n      ${meaning}\n      default ${fallback}`,
  );
  return `Blindsight: face sign-in for any OpenID Connect application, on a server that cannot see a face.

Usage: npm run cli -- COMMAND [OPTIONS]     (npm start is the command demo)

Commands
${lines.join('\n')}

Options
${options.join('\n')}

Options of calibrate
${ofCalibrate.join('\n')}

Exit status: 0 done, 1 something was found wrong, 2 usage or settings, 3 port in use, 4 data directory or database,
5 database in use by another process, 6 models or pages, 7 pictures to calibrate with, 70 anything else, 130 cancelled.
`;
}
