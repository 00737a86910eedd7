import { equalBytes } from '@blindsight/protocol/wire';
import type { AuditKind } from '../../ports/audit.ts';
import { type ImageCheckBodies, type ImageChecks, startRefusal, underWay } from '../../ports/image-checks.ts';
import { memoryFaceFactors } from './face-factors.ts';
import { appendAudit, type ImageCheckRow, type MemoryState } from './state.ts';

const nothing: ImageCheckBodies = { embeddings: [], images: [] };

export function memoryImageChecks(state: MemoryState): ImageChecks {
  const { imageChecks, imageKeys } = state;
  const faces = memoryFaceFactors(state);

  const note = (row: ImageCheckRow, kind: AuditKind, at: number, reason?: string) => {
    const { accountId, deviceId, clientId, id: ceremonyId } = row;
    const why = reason === undefined ? {} : { reason };
    appendAudit(state, { at, kind, accountId, deviceId, ceremonyId, clientId, ...why });
  };
  const close = (row: ImageCheckRow, reason: string, now: number) => {
    row.state = 'closed';
    row.endedAt = now;
    row.bodies = nothing;
    row.imageHashes = [];
    note(row, 'image-check-closed', now, reason);
  };
  const ofDevice = (deviceId: string) =>
    [...imageChecks.values()].filter((row) => row.deviceId === deviceId && underWay(row));
  const sameKeys = ({ deviceId, keysHash }: ImageCheckRow): boolean => {
    const hash = imageKeys.get(deviceId)?.hash;
    return hash !== undefined && keysHash !== undefined && equalBytes(hash, keysHash);
  };
  const plain = ({ evaluations: _n, bodies: _b, ...check }: ImageCheckRow) => ({ ...check });

  return {
    async begin(check, event) {
      if ([...imageChecks.values()].some(({ proofId }) => proofId === check.proofId)) return false;
      for (const row of ofDevice(check.deviceId)) close(row, 'superseded', event.at);
      imageChecks.set(check.id, { ...check, evaluations: 0, bodies: nothing });
      appendAudit(state, event);
      return true;
    },
    async find(id) {
      const row = imageChecks.get(id);
      return row && plain(row);
    },
    async underWay(deviceId) {
      return ofDevice(deviceId).map(plain);
    },
    async useKeys(id, keysHash) {
      const row = imageChecks.get(id);
      if (row?.state !== 'open') return false;
      if (row.keysHash && equalBytes(row.keysHash, keysHash)) return true;
      if (row.imageHashes.length > 0) return false;
      row.keysHash = keysHash;
      return true;
    },
    async start(id, now) {
      const row = imageChecks.get(id);
      const refused = startRefusal(row, row?.evaluations ?? 0, now);
      if (refused === 'exhausted') close(row!, 'too many evaluations', now);
      if (refused) return refused === 'exhausted' ? 'ceremony-closed' : refused;
      row!.evaluations += 1;
      row!.state = 'evaluating';
      return undefined;
    },
    async release(id) {
      const row = imageChecks.get(id);
      if (row?.state === 'evaluating') row.state = 'open';
    },
    async evaluated(id, { imageHash, embedding, image }, exchange, event) {
      const row = imageChecks.get(id);
      if (row?.state !== 'evaluating') return false;
      row.state = 'open';
      row.imageHashes = [...row.imageHashes, imageHash];
      row.bodies = {
        embeddings: [...row.bodies.embeddings, embedding],
        images: [...row.bodies.images, ...(image ? [image] : [])],
      };
      if (exchange) {
        const { messageHash, commitment, ...bodies } = exchange;
        row.state = 'masked';
        row.messageHash = messageHash;
        row.commitment = commitment;
        row.bodies = { ...row.bodies, ...bodies };
      }
      appendAudit(state, event);
      return true;
    },
    async bodies(id) {
      return imageChecks.get(id)?.bodies ?? nothing;
    },
    async conclude(id, outcome, { budgets, now, template }) {
      const row = imageChecks.get(id);
      if (row?.state !== 'masked') return undefined;
      const locked = (faces.of(row.accountId).lockedUntil ?? 0) > now;
      const active = state.devices.get(row.deviceId)?.state === 'active';
      const sound = row.expiresAt > now && active && sameKeys(row) && !locked;
      const ended = outcome === 'accepted' && sound ? 'accepted' : 'failed';
      row.state = ended;
      row.endedAt = now;
      note(row, `image-check-${ended}`, now, row.kind);
      if (row.kind === 'enrol') {
        row.bodies = nothing;
        row.imageHashes = [];
        const keys = imageKeys.get(row.deviceId);
        if (ended === 'accepted' && template && keys)
          keys.template = { network: row.network, body: template };
        return ended;
      }
      const { images, template: compared, seed } = row.bodies;
      row.bodies = { embeddings: [], images, ...(compared && seed ? { template: compared, seed } : {}) };
      if (ended === 'accepted') faces.accepted(row.accountId);
      else if (faces.failed(row.accountId, budgets, now)) note(row, 'face-locked', now);
      return ended;
    },
    async close(id, reason, now) {
      const row = imageChecks.get(id);
      if (!row || !underWay(row)) return false;
      close(row, reason, now);
      return true;
    },
    async interrupted() {
      const rows = [...imageChecks.values()].filter((row) => row.state === 'evaluating');
      for (const row of rows) row.state = 'open';
      return rows.length;
    },
    async sweep(now, endedBefore) {
      const overdue = [...imageChecks.values()].filter((row) => underWay(row) && row.expiresAt <= now);
      for (const row of overdue) close(row, 'expired', now);
      for (const [id, row] of imageChecks) {
        if (!underWay(row) && (row.endedAt ?? now) <= endedBefore) imageChecks.delete(id);
      }
      return overdue.length;
    },
  };
}
