/**
 * The commands themselves, one function each; resolves to the exit status.
 * @module
 */
import { resolve } from 'node:path';
import { rotateMasterKey, verifyErasure } from '@blindsight/server/operations';
import type { CalibrateOptions, Command, CommandName } from './arguments.ts';
import { exportCheck, replayCheck, verifyAuditLog } from './audit.ts';
import { backup, restore, restored } from './backup.ts';
import { doctor, printReport } from './doctor/index.ts';
import { exit } from './errors.ts';
import type { Io } from './io.ts';
import { buildModelsInto, verifyModels } from './prepare.ts';
import type { Settings } from './settings.ts';
import { type Running, startDemo, startProvider } from './start.ts';

type Perform = (settings: Settings, io: Io, operand: string, calibrate: CalibrateOptions) => Promise<number>;

const performers: Readonly<Record<Exclude<CommandName, 'help'>, Perform>> = {
  async serve(settings, io) {
    return stay(await startProvider(settings, progress(settings, io)), settings, io);
  },

  async demo(settings, io) {
    return stay(await startDemo(settings, progress(settings, io)), settings, io);
  },

  async doctor(settings, io) {
    const report = await doctor(settings);
    say(settings, io, report, printReport(report));
    return report.ok ? exit.ok : exit.found;
  },

  async 'models build'(settings, io) {
    const models = settings.server.modelsDirectory;
    const { manifestHash } = await buildModelsInto(models, settings.models);
    say(settings, io, { models, manifestHash }, `Built ${models}\nmanifest ${manifestHash}\n`);
    return exit.ok;
  },

  async 'models verify'(settings, io) {
    const models = settings.server.modelsDirectory;
    const { manifestHash, bytes } = await verifyModels(models);
    const text = `${models} is what its manifest says\nmanifest ${manifestHash}\n`;
    say(settings, io, { models, manifestHash, bytes }, text);
    return exit.ok;
  },

  async calibrate(settings, io, folder, options) {
    const { performCalibrate } = await import('./calibrate/command.ts');
    return performCalibrate(folder, options, settings, io);
  },

  async 'audit verify'(settings, io) {
    const report = await verifyAuditLog(settings.server.dataDirectory);
    const { rows, head, brokenAt } = report;
    const verdict =
      brokenAt === undefined
        ? `${rows} rows, unbroken`
        : `BROKEN at row ${brokenAt}; the ${rows} rows before it are in order`;
    say(settings, io, report, `${verdict}\nhead ${head}\n`);
    return brokenAt === undefined ? exit.ok : exit.found;
  },

  async 'audit export'(settings, io, check) {
    io.out(await exportCheck(settings.server.dataDirectory, check));
    return exit.ok;
  },

  async 'audit replay'(settings, io, operand) {
    const { report, text, ok } = await replayCheck(resolve(io.cwd, operand), settings.server.image);
    say(settings, io, report, text);
    return ok ? exit.ok : exit.found;
  },

  async backup(settings, io, operand) {
    const file = resolve(io.cwd, operand);
    await backup(settings.server.dataDirectory, file);
    const text = `Wrote ${file}\nIt holds no tickets, sessions or tokens. Keep master.key with it, elsewhere; deletions.log apart from both.\n`;
    say(settings, io, { file }, text);
    return exit.ok;
  },

  async restore(settings, io, operand) {
    const report = await restore(settings.server.dataDirectory, resolve(io.cwd, operand));
    say(settings, io, report, restored(report));
    return exit.ok;
  },

  async 'erasure verify'(settings, io, operand) {
    const report = await verifyErasure(settings.server.dataDirectory, operand, Date.now());
    const { holds, erasedAt, remaining, ledger } = report;
    const found = Object.entries(remaining).map(([what, count]) => `${what} ${count}`);
    const verdict = holds ? 'holds' : `DOES NOT HOLD: ${found.join(', ')}`;
    const text = `The erasure of ${new Date(erasedAt).toISOString()} ${verdict}\nledger row ${ledger.sequence}, ${ledger.hash}\n`;
    say(settings, io, report, text);
    return holds ? exit.ok : exit.found;
  },

  async 'keys rotate'(settings, io) {
    const rewrapped = await rotateMasterKey(settings.server.dataDirectory, Date.now());
    const text = `${rewrapped} keys wrapped under a new master key. Older backups open with the old one only.\n`;
    say(settings, io, { rewrapped }, text);
    return exit.ok;
  },

  async conformance(settings, io, program) {
    const { conformance } = await import('./conformance.ts');
    const { ok, sections, text } = await conformance(program);
    say(settings, io, { ok, sections }, text);
    return ok ? exit.ok : exit.found;
  },
};

/** @param command any but `help`, which needs no settings. */
export function perform(
  { name, operand = '', calibrate }: Command,
  settings: Settings,
  io: Io,
): Promise<number> {
  return performers[name as Exclude<CommandName, 'help'>](settings, io, operand, calibrate);
}

/** The same answer for programs and for people. */
function say({ json }: Settings, io: Io, value: object, text: string): void {
  io.out(json ? `${JSON.stringify(value)}\n` : text);
}

function progress({ json }: Settings, io: Io): (line: string) => void {
  return json ? () => {} : (line) => io.out(`${line}\n`);
}

/** Says where it runs, and stays until asked to end. */
async function stay(running: Running, settings: Settings, io: Io): Promise<number> {
  const { provider, demo } = running;
  // Listening for the end before saying that it began: who starts us may stop us at once.
  const asked = io.untilAsked();
  say(settings, io, { ready: { provider, ...(demo === undefined ? {} : { demo }) } }, banner(running));
  await asked;
  if (!settings.json) io.out('\nStopping ...\n');
  await running.close();
  return exit.ok;
}

function banner({ provider, demo }: Running): string {
  const open = demo === undefined ? '' : `  demo application  ${demo}   <- open this one\n`;
  return `
Blindsight is running
${open}  provider          ${provider}
  your account      ${provider}/account

Ctrl-C stops it.
`;
}
