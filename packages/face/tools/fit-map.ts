/**
 * Writes `calibration/map.bin`, the embedding map e - alpha * mu of the default profile: mu is the mean of the training
 * pool as `embed-sets.ts` embedded it. Afterwards the thresholds are to be made anew (`cli calibrate`), and what the map
 * is worth is for `npm run bench -- accuracy` to say.
 *
 * Run: node packages/face/tools/fit-map.ts ALPHA
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Embedded } from './embed-sets.ts';

const pool = fileURLToPath(new URL('../../../.cache/calibration/pool.json', import.meta.url));
const rows = (JSON.parse(readFileSync(pool, 'utf8')) as Embedded[]).flatMap(({ e }) => (e ? [e] : []));
const alpha = Number(process.argv[2]);
if (!(alpha >= 0 && alpha <= 1)) throw new RangeError('ALPHA is from 0 to 1');

const mu = new Float32Array(rows[0]!.length);
for (const row of rows) for (let i = 0; i < mu.length; i++) mu[i]! += row[i]! / rows.length;
const map = mu.map((value) => alpha * value);
writeFileSync(new URL('../calibration/map.bin', import.meta.url), new Uint8Array(map.buffer));
