/**
 * `calibrate FOLDER`: thresholds from the operator's own pictures, as a file that `models build` takes up. The
 * pictures and embeddings stay in this process.
 * @module
 */
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type CalibrationFile, type ModelManifest, operatingPointOf } from '@blindsight/face/models';
import type { CalibrateOptions } from '../arguments.ts';
import { CliError, exit } from '../errors.ts';
import type { Io } from '../io.ts';
import { prepareModels, verifyModels } from '../prepare.ts';
import type { Settings } from '../settings.ts';
import { embedPictures } from './embeddings.ts';
import { listPictures, peopleOf } from './folder.ts';
import { calibrate, verifierOf } from './thresholds.ts';

/** Of the parameters tried, those that lose least against the mean (docs/ACCURACY.md). */
export const logistic = { kind: 'logistic', strength: 1, cohortWeight: 0.3 } as const;

/** Progress goes to standard error; Ctrl-C ends it before anything is written. */
export async function performCalibrate(
  folder: string,
  { verifier, fmr, note = folder, out }: CalibrateOptions,
  settings: Settings,
  io: Io,
): Promise<number> {
  const pictures = resolve(io.cwd, folder);
  const files = listPictures(pictures);
  const progress = (line: string): void => (settings.json ? undefined : io.err(`${line}\n`));
  const stop = new AbortController();
  void io.untilAsked().then(() => stop.abort(new CliError('cancelled')));

  const models = settings.server.modelsDirectory;
  await prepareModels(models, progress, settings.server.production, settings.models);
  const { manifest } = await verifyModels(models);
  const { signal } = stop;
  const embeddings = await embedPictures({ models, pictures, files, progress, signal });
  const without = files.filter((file) => !embeddings.get(file)).length;
  if (without === files.length)
    throw new CliError('pictures-missing', `no face found in ${files.length} files`);
  progress(`${files.length} pictures, ${without} without a face`);

  const choice = verifier === 'mean' ? ({ kind: 'mean' } as const) : logistic;
  const cohort = choice.kind === 'logistic' ? await cohortOf(models, manifest) : [];
  const calibration = await calibrate(peopleOf(files, embeddings), {
    choice,
    verifier: verifierOf(choice, () => cohort),
    operatingFmr: fmr,
    note,
    progress,
    signal,
  });
  const hashOf = (role: string): string | null =>
    manifest.files.find((file) => file.role === role)?.sha256 ?? null;
  const file: CalibrationFile = {
    format: 'blindsight/calibration',
    schema: 1,
    embedder: hashOf('embedder')!,
    map: hashOf('map'),
    calibration,
  };
  const path = resolve(io.cwd, out);
  writeFileSync(path, `${JSON.stringify(file, null, 2)}\n`);
  io.out(settings.json ? `${JSON.stringify({ out: path, calibration })}\n` : summary(file, path));
  return exit.ok;
}

async function cohortOf(folder: string, manifest: ModelManifest): Promise<Float32Array[]> {
  const { mappedCohort } = await import('@blindsight/face/models/build');
  const { readFolder } = await import('@blindsight/face/node');
  const map = manifest.files.find(({ role }) => role === 'map');
  return mappedCohort(manifest, map && (await readFolder(folder)(map.name, map.bytes)));
}

function summary({ calibration }: CalibrationFile, out: string): string {
  const percent = (value: number): string => `${(100 * value).toFixed(2)} %`;
  const rows = calibration.tau.map(
    ({ fmr, tau, spread, found, tar, wolf }) =>
      `${fmr.toExponential().padEnd(8)} ${`${tau} +- ${spread}`.padEnd(11)} ` +
      `${`${found.low.toExponential(1)} .. ${found.high.toExponential(1)}`.padEnd(20)} ` +
      `${`${percent(tar.value)} (${percent(tar.low)} .. ${percent(tar.high)})`.padEnd(32)} ` +
      `${percent(wolf.one.value)}, ${percent(wolf.five.value)}`,
  );
  const { evidence, frames, selfThreshold } = calibration;
  return `
FMR      threshold   FMR found (95 %)     right people accepted (95 %)     wolf: one, best of five
${rows.join('\n')}

${evidence.people} people (${evidence.genuinePeople} with genuine comparisons), ${evidence.pictures} pictures, means of ${frames}, ${evidence.randomFrames} random frames.
Self threshold ${selfThreshold}. Sign-in would use FMR ${operatingPointOf(calibration).fmr.toExponential()}.
Written to ${out}. To use it: npm run cli -- models build --calibration ${out}
`;
}
