/**
 * Sends the tickets that wait on this device, a little at a time, on every visit, until the server has them all.
 * @module
 */
import type { Api } from './api.ts';
import { toWebError, type WebError } from './errors.ts';
import { inOneTab } from './locks.ts';
import type { Database } from './store/database.ts';
import { knownAccounts } from './store/devices.ts';
import { dropUpload, dropUploads, nextUpload, pendingCount } from './store/uploads.ts';

export interface UploadProgress {
  /** Tickets the server has confirmed, and all that had to wait. */
  readonly done: number;
  readonly total: number;
}

type Uploads = Pick<Api, 'putSealedTicket'>;

/** The server will never take these (again): waiting longer helps nobody. */
const final = new Set([
  'ceremony-expired',
  'ceremony-closed',
  'ceremony-not-found',
  'not-found',
  'device-revoked',
]);
/** The server looked at it and it is not what the statement promised: sending it again cannot help. */
const useless = new Set([
  'body-mismatch',
  'malformed-message',
  'message-too-large',
  'unsupported-parameters',
]);
/** Until the next try after a failure that may pass. Unit: ms. */
const retryMs = 5_000;

/** How many of this device's tickets still wait. */
export async function uploadProgress(db: Database): Promise<UploadProgress> {
  const accounts = await knownAccounts(db);
  const waiting = await Promise.all(accounts.map(({ ceremonyId }) => pendingCount(db, ceremonyId)));
  const left = waiting.reduce((sum, count) => sum + count, 0);
  const total = accounts.reduce((sum, account, i) => sum + (waiting[i]! > 0 ? account.waiting : 0), 0);
  return { done: total - left, total };
}

/**
 * Starts sending; resolves when nothing waits any more or `signal` ends it. One tab does it, the others return.
 * Losing a tab in the middle loses nothing: a ticket is dropped here only after the server has it.
 */
export async function sendWaiting(
  db: Database,
  api: Uploads,
  onProgress: (progress: UploadProgress) => void,
  signal: AbortSignal,
): Promise<void> {
  await inOneTab('uploads', async () => {
    for (const { ceremonyId, waiting } of await knownAccounts(db)) {
      let left = await pendingCount(db, ceremonyId);
      while (left > 0 && !signal.aborted) {
        const sent = await sendNext(db, api, ceremonyId);
        if (sent === 'retry') await pause(retryMs, signal);
        left = await pendingCount(db, ceremonyId);
        onProgress({ done: waiting - left, total: waiting });
      }
    }
  });
}

async function sendNext(
  db: Database,
  api: Uploads,
  ceremonyId: string,
): Promise<'sent' | 'dropped' | 'retry'> {
  const upload = await nextUpload(db, ceremonyId);
  if (!upload) return 'dropped';
  try {
    await api.putSealedTicket(ceremonyId, upload.ticketClass, upload.index, upload.body);
    await dropUpload(db, upload);
    return 'sent';
  } catch (error) {
    return giveUp(toWebError(error), db, ceremonyId, () => dropUpload(db, upload));
  }
}

async function giveUp({ code }: WebError, db: Database, ceremonyId: string, dropOne: () => Promise<void>) {
  if (final.has(code)) {
    await dropUploads(db, ceremonyId);
    return 'dropped';
  }
  if (useless.has(code)) {
    await dropOne();
    return 'dropped';
  }
  return 'retry';
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
