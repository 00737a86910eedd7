/**
 * The trainer's own self-test, where the distribution's PyTorch is installed (Debian: `python3-torch python3-pil`;
 * `.ci/run` installs them). `PYTHON` names another interpreter.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const python = process.env['PYTHON'] ?? '/usr/bin/python3';
const probe = spawnSync(python, ['-c', 'import torch, numpy, PIL'], { encoding: 'utf8' });
const missing = probe.error?.message ?? probe.stderr.trim().split('\n').at(-1);
const trainer = join(import.meta.dirname, '..', 'training', 'train.py');

describe('the trainer of the encrypted-image network', () => {
  it.skipIf(probe.status !== 0)(
    probe.status === 0 ? 'passes its self-test' : `passes its self-test (skipped: ${missing})`,
    { timeout: 300_000 },
    () => {
      const run = spawnSync(python, [trainer, '--selftest'], { encoding: 'utf8' });
      expect(run.stderr).toBe('');
      expect(run.status).toBe(0);
      expect(run.stdout.match(/^ok {3}/gm)).toHaveLength(10);
    },
  );
});
