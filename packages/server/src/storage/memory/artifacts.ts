import type { Artifacts } from '../../ports/artifacts.ts';
import type { ArtifactRow, MemoryState } from './state.ts';

export function memoryArtifacts({ artifacts }: MemoryState): Artifacts {
  const keyOf = (model: string, id: string) => `${model}:${id}`;
  const alive = (row: ArtifactRow | undefined, now: number) => {
    if (!row || (row.expiresAt !== undefined && row.expiresAt <= now)) return undefined;
    const payload = structuredClone(row.payload);
    return row.consumedAt === undefined
      ? payload
      : { ...payload, consumed: Math.floor(row.consumedAt / 1000) };
  };
  const findBy = (model: string, index: 'uid' | 'userCode', value: string, now: number) => {
    const row = [...artifacts.values()].find((one) => one.model === model && one.payload[index] === value);
    return alive(row, now);
  };
  return {
    async upsert(model, id, payload, expiresInSeconds, now) {
      const before = artifacts.get(keyOf(model, id));
      artifacts.set(keyOf(model, id), {
        model,
        id,
        payload: structuredClone(payload),
        ...(expiresInSeconds === undefined ? {} : { expiresAt: now + expiresInSeconds * 1000 }),
        ...(before?.consumedAt === undefined ? {} : { consumedAt: before.consumedAt }),
      });
    },
    async find(model, id, now) {
      return alive(artifacts.get(keyOf(model, id)), now);
    },
    async findByUid(model, uid, now) {
      return findBy(model, 'uid', uid, now);
    },
    async findByUserCode(model, userCode, now) {
      return findBy(model, 'userCode', userCode, now);
    },
    async consume(model, id, now) {
      const row = artifacts.get(keyOf(model, id));
      if (!row || !alive(row, now) || row.consumedAt !== undefined) return false;
      row.consumedAt = now;
      return true;
    },
    async destroy(model, id) {
      artifacts.delete(keyOf(model, id));
    },
    async revokeByGrantId(grantId) {
      for (const [key, row] of artifacts) if (row.payload.grantId === grantId) artifacts.delete(key);
    },
    async sweep(now) {
      const expired = [...artifacts].filter(([, row]) => row.expiresAt !== undefined && row.expiresAt <= now);
      for (const [key] of expired) artifacts.delete(key);
      return expired.length;
    },
  };
}
