import type { Devices, DeviceView } from '../../ports/devices.ts';
import { appendAudit, type DeviceRow, type GenerationRow, generationsOf, type MemoryState } from './state.ts';

export function memoryDevices(state: MemoryState): Devices {
  const view = (row: DeviceRow): DeviceView | undefined => {
    if (row.state === 'staged') return undefined;
    const tickets = (ticketClass: string, arrived: boolean) =>
      generationsOf(state, row.id)
        .filter((generation) => generation.ticketClass === ticketClass && !generation.staged)
        .flatMap((generation) => [...generation.tickets.values()])
        .filter((ticket) => (ticket.body !== undefined) === arrived).length;
    return {
      ...row,
      state: row.state,
      ticketsLeft: tickets('ordinary', true),
      ticketsWaiting: tickets('ordinary', false),
      rootTicketsLeft: tickets('root', true),
    };
  };
  const counts = (deviceId: string) => {
    const generations = generationsOf(state, deviceId);
    return {
      tickets: generations.reduce((sum, one) => sum + one.tickets.size, 0),
      publicKeys: generations.filter((one) => one.publicKey).length,
      dataKeys: state.dataKeys.has(deviceId) ? 1 : 0,
      images: imagesOf(state, deviceId),
    };
  };
  return {
    async find(id) {
      const row = state.devices.get(id);
      if (!row || row.state === 'staged') return undefined;
      return { ...row, state: row.state };
    },
    async list(accountId) {
      const rows = [...state.devices.values()].filter((row) => row.accountId === accountId);
      return rows.flatMap((row) => view(row) ?? []).sort((a, b) => a.createdAt - b.createdAt);
    },
    async unusedSince(before) {
      const unused = [...state.devices.values()].filter((row) => (row.lastUsedAt ?? row.createdAt) < before);
      return unused.flatMap((row) => (row.state === 'active' ? [{ ...row, state: row.state }] : []));
    },
    async unerased() {
      const left = [...state.devices.values()].filter((row) => state.dataKeys.has(row.id));
      return left.flatMap((row) => (row.state === 'revoked' ? [{ ...row, state: row.state }] : []));
    },
    async generation(deviceId, ticketClass) {
      const row = generationsOf(state, deviceId).find(
        (one) => one.ticketClass === ticketClass && !one.staged,
      );
      return row && plain(row);
    },
    async dataKey(deviceId) {
      return state.dataKeys.get(deviceId)?.slice();
    },
    async consents(accountId) {
      return state.consents.filter((row) => row.accountId === accountId).map((row) => ({ ...row }));
    },
    async giveConsent(consent, event) {
      if (state.devices.get(consent.deviceId)?.state !== 'active') return false;
      state.consents.push({ ...consent });
      appendAudit(state, event);
      return true;
    },
    async erase({ receiptId, accountId, deviceId, to, now }, event) {
      const device = state.devices.get(deviceId);
      if (!device || device.accountId !== accountId || device.state === 'staged') return undefined;
      const generations = generationsOf(state, deviceId);
      const { tickets: ticketsErased, images: imagesErased } = counts(deviceId);
      for (const one of generations) state.generations.delete(one.id);
      state.dataKeys.delete(deviceId);
      state.imageKeys.delete(deviceId);
      for (const [id, one] of state.imageChecks) if (one.deviceId === deviceId) state.imageChecks.delete(id);
      for (const [id, one] of state.enrolments) if (one.deviceId === deviceId) state.enrolments.delete(id);
      for (const one of state.signIns.values()) {
        if (one.deviceId === deviceId && one.state === 'open') one.state = 'closed';
      }
      for (const one of state.consents) if (one.deviceId === deviceId) one.withdrawnAt ??= now;
      if (device.state !== 'revoked') device.state = to;
      const receipt = {
        receiptId,
        erasedAt: now,
        deviceId,
        generations: generations.length,
        ticketsErased,
        imagesErased,
        verified: counts(deviceId),
      };
      state.receipts.push({ ...receipt, accountId });
      appendAudit(state, event);
      return receipt;
    },
    async receipts(accountId) {
      return state.receipts
        .filter((row) => row.accountId === accountId)
        .map(({ accountId: _owner, ...receipt }) => receipt);
    },
    async remains(deviceId) {
      return counts(deviceId);
    },
    async erasures() {
      return state.receipts.map(({ erasedAt: at, accountId, deviceId, receiptId }) => {
        const kind = state.devices.get(deviceId)?.state === 'erased' ? 'erased' : 'revoked';
        return { kind, at, accountId, deviceId, receiptId };
      });
    },
  };
}

function imagesOf({ imageKeys, imageChecks }: MemoryState, deviceId: string): number {
  const keys = imageKeys.get(deviceId);
  const checks = [...imageChecks.values()].filter((one) => one.deviceId === deviceId);
  return (keys ? 1 : 0) + (keys?.template ? 1 : 0) + checks.length;
}

const plain = (row: GenerationRow) => {
  const { tickets: _t, publicKey: _k, publicKeyHash: _h, enrolmentId: _e, staged: _s, ...generation } = row;
  return generation;
};
