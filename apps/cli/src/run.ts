/**
 * Runs one command: arguments and an environment in, an exit status out. Everything it touches of the process
 * comes as an argument, so tests run it in place.
 * @module
 */
import { type Command, helpText, parseCommand } from './arguments.ts';
import { exit, failureOf } from './errors.ts';
import type { Io } from './io.ts';
import { envExample } from './options.ts';

export type { Io } from './io.ts';

export async function run(argv: readonly string[], io: Io): Promise<number> {
  let json = argv.includes('--json');
  try {
    const command = parseCommand(argv);
    if (command.name === 'help') return help(command, io);

    // Only now: the help need not wait until a server is loaded.
    const { readSettings } = await import('./settings.ts');
    const { perform } = await import('./perform.ts');
    const settings = readSettings(command.given, io.env, io.cwd, command.name === 'demo' ? 'warn' : 'info');
    json = settings.json;
    return await perform(command, settings, io);
  } catch (error) {
    const failure = failureOf(error);
    if (json) io.err(`${JSON.stringify({ error: failure })}\n`);
    else io.err(`${failure.code}: ${failure.text}\n  ${failure.advice}\n`);
    return failure.exit;
  }
}

function help({ env }: Command, io: Io): number {
  io.out(env ? envExample() : helpText());
  return exit.ok;
}
