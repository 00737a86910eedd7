/**
 * From the command line to one command. Pure.
 * @module
 */
import { parseArgs } from 'node:util';
import { CliError } from './errors.ts';
import { type Given, optionSpecs } from './options.ts';

export const commands = {
  serve: 'start the provider',
  demo: 'start the provider and the demo application',
  doctor: 'check this machine and installation, and say what to do',
  'models build': 'convert the face models from the installed packages',
  'models verify': 'check the face models against their manifest',
  'audit verify': 'check that the audit log is complete and unaltered',
  help: 'this text',
} as const;
export type CommandName = keyof typeof commands;

export interface Command {
  readonly name: CommandName;
  readonly given: Given;
  /** `help --env` */
  readonly env: boolean;
}

/** @throws {CliError} `bad-usage` naming what is not understood. */
export function parseCommand(argv: readonly string[]): Command {
  const { values, positionals } = parsed(argv);
  const { help, env = false, ...given } = values;
  const name = help || positionals.length === 0 ? 'help' : positionals.join(' ');
  if (!(name in commands)) throw new CliError('bad-usage', name);
  if (env && name !== 'help') throw new CliError('bad-usage', '--env belongs to help');
  return { name: name as CommandName, given: given as Given, env: env === true };
}

function parsed(argv: readonly string[]) {
  const options: Record<string, { type: 'string' | 'boolean'; short?: string }> = {
    help: { type: 'boolean', short: 'h' },
    env: { type: 'boolean' },
  };
  for (const spec of optionSpecs) {
    options[spec.name] = { type: spec.flag ? 'boolean' : 'string' };
  }
  try {
    return parseArgs({ args: [...argv], options, allowPositionals: true, strict: true });
  } catch (error) {
    throw new CliError('bad-usage', (error as Error).message, error);
  }
}

export function helpText(): string {
  const width = Math.max(...Object.keys(commands).map((name) => name.length)) + 2;
  const lines = Object.entries(commands).map(([name, meaning]) => `  ${name.padEnd(width)}${meaning}`);
  const options = optionSpecs.map(
    ({ name, env, fallback, meaning, flag }) =>
      `  --${name}${flag ? '' : ' VALUE'}\n      ${meaning}\n      default ${fallback}; environment ${env}`,
  );
  return `Blindsight: face sign-in for any OpenID Connect application, on a server that cannot see a face.

Usage: npm run cli -- COMMAND [OPTIONS]     (npm start is the command demo)

Commands
${lines.join('\n')}

Options
${options.join('\n')}

Exit status: 0 done, 1 something was found wrong, 2 usage or settings, 3 port in use, 4 data directory or database,
5 database in use by another process, 6 models or pages, 70 anything else.
`;
}
