/**
 * What a passive anti-spoof network says of real samples (`../shared/faces/spoof`): printed photographs, a telephone's
 * screen, and real live frames. The network is a plug-in for measurements (`../shared/models`), never delivered, and
 * never decides; these rows say why.
 * @module
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createPresentationHint } from '@blindsight/face/liveness';
import { decodeJpeg } from '@blindsight/face/node';
import { ortLoader } from '../../../packages/face/src/core/ort.ts';
import { testEngine } from '../../../tests/support/people.ts';
import { exactInterval } from './exact-interval.ts';
import type { Report } from './report.ts';

const shared = fileURLToPath(new URL('../../../../shared/', import.meta.url));
const network = join(shared, 'models/antispoof-128.onnx');

/** Where the answer turns. The network's own. */
const threshold = 0.5;

const sets = [
  { case: 'apcer/print-hint', folder: 'nuaa/spoof-print', live: false },
  { case: 'apcer/screen-hint', folder: 'phone-replay/spoof-screen', live: false },
  { case: 'bpcer/real-live', folder: 'nuaa/live', live: true },
  { case: 'bpcer/real-live-close', folder: 'phone-replay/live', live: true },
] as const;

export async function hintCases(
  report: Report,
  progress: (line: string) => void,
  quick: boolean,
): Promise<void> {
  if (!existsSync(network) || !existsSync(join(shared, 'faces/spoof'))) {
    progress('liveness: skipped the passive hint, ../shared/models and ../shared/faces are not here');
    return;
  }
  const { engine, models } = await testEngine();
  const zero = [0, 0, 0];
  const scale = zero.map(() => 1 / 255);
  const net = await ortLoader(models.files.get('runtime')!)(new Uint8Array(readFileSync(network)), {
    input: 'input',
    size: 128,
    mean: zero,
    scale,
    crop: 'letterbox',
    outputs: [{ name: 'output', meaning: 'logits: live, presentation' }],
    golden: { seed: 1, minCosine: 1, values: [] },
  });
  const hint = createPresentationHint(net);
  for (const { case: name, folder, live } of sets) {
    progress(`liveness hint: ${folder}`);
    const all = readdirSync(join(shared, 'faces/spoof', folder));
    let [errors, n, passedGates] = [0, 0, 0];
    for (const file of quick ? all.slice(0, 10) : all) {
      const frame = decodeJpeg(new Uint8Array(readFileSync(join(shared, 'faces/spoof', folder, file))));
      const { face, gate } = await engine.analyze(frame);
      if (!face) continue;
      n++;
      if (gate === 'ok') passedGates++;
      if ((await hint.score(frame, face.box)) >= threshold !== live) errors++;
    }
    report({
      bench: 'liveness',
      case: name,
      metric: 'share',
      value: errors / Math.max(1, n),
      n,
      ...exactInterval(errors, n),
      parameters: { pictures: folder, passed_quality_gates: passedGates, decides: false },
    });
  }
  await net.close();
}
