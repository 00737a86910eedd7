import type { Pairing, Pairings } from '../../ports/pairings.ts';
import { appendAudit, type MemoryState, type Mutable, type PairingRow } from './state.ts';

const day = 24 * 3600 * 1000;

export function memoryPairings(state: MemoryState): Pairings {
  const underWay = (row: Pairing) => row.state !== 'closed' && row.state !== 'authorised';
  const end = (row: Mutable<Pairing>) => {
    row.state = 'closed';
    delete row.offer;
    delete row.confirmation;
  };
  /** Takes one step from the state it must be in, before its time is over. */
  const step = (id: string, from: Pairing['state'], now: number, change: Partial<PairingRow>): boolean => {
    const row = state.pairings.get(id);
    if (row?.state !== from || row.expiresAt <= now) return false;
    Object.assign(row, change);
    return true;
  };
  return {
    async begin(pairing, event) {
      for (const row of state.pairings.values())
        if (row.accountId === pairing.accountId && underWay(row)) end(row);
      state.pairings.set(pairing.id, { ...pairing });
      appendAudit(state, event);
    },
    async find(id) {
      const row = state.pairings.get(id);
      if (!row) return undefined;
      const { challengeBegun: _begun, ...pairing } = row;
      return pairing;
    },
    async join(id, guest, now) {
      return step(id, 'open', now, { state: 'joined', guest });
    },
    async beginChallenge(id, now) {
      if (state.pairings.get(id)?.challengeBegun) return false;
      return step(id, 'joined', now, { challengeBegun: true });
    },
    async passChallenge(id, challengeHash, now) {
      return step(id, 'joined', now, { challengeHash });
    },
    async offer(id, offer, now) {
      return step(id, 'joined', now, { state: 'offered', offer });
    },
    async confirm(id, confirmation, now) {
      return step(id, 'offered', now, { state: 'confirmed', confirmation });
    },
    async authorise(id, event) {
      if (!step(id, 'confirmed', event.at, { state: 'authorised' })) return false;
      delete state.pairings.get(id)!.offer;
      appendAudit(state, event);
      return true;
    },
    async close(id, event) {
      const row = state.pairings.get(id);
      if (!row || !underWay(row)) return;
      end(row);
      appendAudit(state, event);
    },
    async sweep(now) {
      const overdue = [...state.pairings.values()].filter((row) => underWay(row) && row.expiresAt <= now);
      for (const row of overdue) end(row);
      for (const [id, row] of state.pairings) if (row.expiresAt <= now - day) state.pairings.delete(id);
      return overdue.length;
    },
  };
}
