import { equalBytes } from '@blindsight/protocol/wire';
import { underWay } from '../../ports/image-checks.ts';
import type { ImageKeys } from '../../ports/image-keys.ts';
import type { MemoryState } from './state.ts';

type Bytes = Uint8Array<ArrayBuffer>;

export function memoryImageKeys(state: MemoryState): ImageKeys {
  const { imageKeys, imageChecks } = state;
  const still = (deviceId: string, hash: Bytes) => {
    const row = imageKeys.get(deviceId);
    return row && equalBytes(row.hash, hash) ? row : undefined;
  };
  const needed = (deviceId: string) =>
    [...imageChecks.values()].some((check) => check.deviceId === deviceId && underWay(check));

  return {
    async announce(keys, now) {
      const row = still(keys.deviceId, keys.hash);
      if (row) row.touchedAt = now;
      else imageKeys.set(keys.deviceId, { ...keys, bodies: new Map(), touchedAt: now });
    },
    async find(deviceId) {
      const row = imageKeys.get(deviceId);
      if (!row) return undefined;
      const { hash, manifest, chunks, bodies } = row;
      return { deviceId, hash, manifest, chunks, held: [...bodies.keys()].sort((a, b) => a - b) };
    },
    async put(deviceId, hash, index, body, now) {
      const row = still(deviceId, hash);
      if (!row || index >= row.chunks) return false;
      if (!row.bodies.has(index)) row.bodies.set(index, body);
      row.touchedAt = now;
      return true;
    },
    async bodies(deviceId, hash) {
      const row = still(deviceId, hash);
      return row ? [...row.bodies].sort(([a], [b]) => a - b).map(([, body]) => body) : [];
    },
    async template(deviceId) {
      return imageKeys.get(deviceId)?.template;
    },
    async drop(deviceId, hash) {
      if (still(deviceId, hash)) imageKeys.delete(deviceId);
    },
    async sweep(before) {
      let swept = 0;
      for (const [deviceId, row] of imageKeys) {
        if (row.touchedAt > before || row.template || needed(deviceId)) continue;
        imageKeys.delete(deviceId);
        swept += 1;
      }
      return swept;
    },
  };
}
