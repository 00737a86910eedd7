/** The strong profile: an embedder the project does not ship. Runs in full only where its file is. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { buildModels } from '../src/exporter/build.ts';
import { createFaceEngine } from '../src/node/index.ts';
import { createActor, createPerson } from '../src/synthetic/index.ts';

const file = fileURLToPath(new URL('../../../../shared/models/mobilefacenet.onnx', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'blindsight-plug-in-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('a plug-in embedder', () => {
  it('is refused when it is another file than the one that was measured', async () => {
    const other = join(folder, 'other.onnx');
    writeFileSync(other, 'something else');
    await expect(buildModels(folder, { plugIn: { profile: 'strong', file: other } })).rejects.toMatchObject({
      code: 'model-hash',
    });
  });

  it('is refused without a description', async () => {
    const plugIn = { profile: 'unknown', file: join(folder, 'none.onnx') };
    await expect(buildModels(folder, { plugIn })).rejects.toMatchObject({ code: 'source-missing' });
  });

  it.skipIf(!existsSync(file))('embeds through the same engine (needs ../shared/models)', async () => {
    const { manifest } = await buildModels(folder, { plugIn: { profile: 'strong', file } });
    expect(manifest).toMatchObject({ profile: 'strong', embedder: { crop: 'arcface-chip', size: 112 } });
    const { engine } = await createFaceEngine(folder); // golden vectors checked here
    const frame = createActor(createPerson('plug-in')).frameAt(0);
    const { face } = await engine.analyze(frame);
    const embedding = await engine.embed(frame, face!.landmarks);
    expect(embedding).toHaveLength(128);
    expect(Math.hypot(...embedding)).toBeCloseTo(1, 5);
    await engine.close();
  });
});
