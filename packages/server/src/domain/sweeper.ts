/**
 * What time does to things: ceremonies past their deadline end (a spent ticket without its token counts as a
 * failure), unfinished enrolments vanish, face material nobody uses is erased, expired sessions and artifacts go,
 * and what was deleted since the last round, spent tickets above all, leaves the disk.
 * @module
 */
import { budgetsOf, type Deps } from './deps.ts';
import type { Erasures } from './erasures.ts';

type SweepDeps = Pick<Deps, 'config' | 'storage' | 'clock' | 'logger'> & { readonly erasures: Erasures };

/** One round. Also run at start, for what a restart left behind. */
export async function sweep({
  config,
  storage,
  clock,
  erasures,
}: SweepDeps): Promise<{ signIns: number; enrolments: number; unused: number }> {
  const now = clock();
  const signIns = await storage.signIns.sweep(budgetsOf(config), now);
  const enrolments = await storage.enrolments.sweep(now);
  // One at a time: each erasure is a transaction with a receipt of its own.
  const unused = await storage.devices.unusedSince(now - config.policy.retentionMs);
  for (const { id, accountId } of unused) await erasures.erase(accountId, id, 'erased');
  for (const { id, accountId } of await storage.devices.unerased())
    await erasures.erase(accountId, id, 'revoked');
  // comparisons stay for an auditor as long as what was compared
  await storage.imageChecks.sweep(now, now - config.policy.imageTranscriptMs);
  await storage.imageKeys.sweep(now - config.policy.imageUploadMs);
  await storage.pairings.sweep(now);
  await storage.sessions.sweep(now);
  await storage.passkeyQuestions.sweep(now);
  await storage.artifacts.sweep(now);
  await storage.settle();
  return { signIns, enrolments, unused: unused.length };
}

/** Sweeps every `everyMs` until stopped. Rounds never overlap. */
export function startSweeper(deps: SweepDeps, everyMs: number): { stop(): Promise<void> } {
  let running: Promise<unknown> = Promise.resolve();
  let busy = false;
  const timer = setInterval(() => {
    if (busy) return;
    busy = true;
    running = sweep(deps)
      .catch((error: unknown) => deps.logger.error({ reason: (error as Error).name }, 'sweep failed'))
      .finally(() => {
        busy = false;
      });
  }, everyMs);
  timer.unref();
  return {
    async stop() {
      clearInterval(timer);
      await running;
    },
  };
}
