import {
  type Budgets,
  type BurnRefusal,
  pendingAllowed,
  type SignIn,
  type SignIns,
} from '../../ports/sign-ins.ts';
import { memoryFaceFactors } from './face-factors.ts';
import { appendAudit, type MemoryState, type Mutable } from './state.ts';

const day = 24 * 3600 * 1000;

export function memorySignIns(state: MemoryState): SignIns {
  const faces = memoryFaceFactors(state);
  const audit = (
    row: SignIn,
    kind: 'sign-in-accepted' | 'sign-in-failed' | 'sign-in-closed' | 'face-locked',
    at: number,
  ) => {
    const { accountId, deviceId, clientId, id: ceremonyId, purpose } = row;
    const reason = purpose === 'sign-in' ? {} : { reason: purpose };
    appendAudit(state, { at, kind, accountId, deviceId, ceremonyId, clientId, ...reason });
  };
  const fail = (row: Mutable<SignIn>, budgets: Budgets, now: number) => {
    row.state = 'failed';
    audit(row, 'sign-in-failed', now);
    if (faces.failed(row.accountId, budgets, now)) audit(row, 'face-locked', now);
  };
  const end = (row: Mutable<SignIn>, budgets: Budgets, now: number) => {
    if (row.state === 'burned' || row.state === 'replied') fail(row, budgets, now);
    else if (row.state === 'open') {
      row.state = 'closed';
      audit(row, 'sign-in-closed', now);
    }
  };
  const underWay = (row: SignIn) => row.state === 'open' || row.state === 'burned' || row.state === 'replied';

  return {
    async begin(signIn, budgets, event) {
      for (const row of state.signIns.values()) {
        if (row.interactionUid === signIn.interactionUid && underWay(row)) end(row, budgets, event.at);
      }
      state.signIns.set(signIn.id, { ...signIn });
      appendAudit(state, event);
    },
    async find(id) {
      const row = state.signIns.get(id);
      return row && { ...row };
    },
    async burn({ id, index, budgets, now }, event) {
      const row = state.signIns.get(id);
      if (row?.state !== 'open') return refusal('ceremony-closed');
      if (row.expiresAt <= now) return refusal('ceremony-expired');
      const device = state.devices.get(row.deviceId);
      const generation = state.generations.get(row.generationId);
      if (device?.state !== 'active' || !generation?.publicKey) return refusal('device-revoked');

      const { failures, lockedUntil = 0 } = faces.of(row.accountId);
      if (lockedUntil > now) return refusal('face-locked', lockedUntil);
      const pending = [...state.signIns.values()].filter(
        (one) => one.accountId === row.accountId && (one.state === 'burned' || one.state === 'replied'),
      ).length;
      if (pending >= pendingAllowed(failures, budgets)) return refusal('face-locked', row.expiresAt);
      const today = state.attempts.filter((one) => one.deviceId === row.deviceId && one.at > now - day);
      const here = today.filter((one) => one.clientId === row.clientId);
      if (today.length >= budgets.perDay) return refusal('budget-exhausted', today[0]!.at + day);
      if (here.length >= budgets.perDayAndClient) return refusal('budget-exhausted', here[0]!.at + day);

      if (index <= generation.lastBurned) return refusal('ticket-burned');
      const ticket = generation.tickets.get(index)?.body;
      if (!ticket) return refusal('enrolment-incomplete');
      for (const one of [...generation.tickets.keys()]) if (one <= index) generation.tickets.delete(one);
      generation.lastBurned = index;
      row.state = 'burned';
      row.ticketIndex = index;
      state.attempts.push({ deviceId: row.deviceId, clientId: row.clientId, at: now });
      appendAudit(state, event);
      return { burned: true, ticket, publicKey: generation.publicKey };
    },
    async challenged(id, challengeHash) {
      const row = state.signIns.get(id);
      if (row?.state !== 'burned' || row.challengeHash) return false;
      row.challengeHash = challengeHash;
      return true;
    },
    async replied(id, { probeHash, replyHash, tokenHash }) {
      const row = state.signIns.get(id);
      if (row?.state !== 'burned') return false;
      row.state = 'replied';
      row.probeHash = probeHash;
      row.replyHash = replyHash;
      row.tokenHash = tokenHash;
      return true;
    },
    async conclude(id, outcome, budgets, now, provisional = false) {
      const row = state.signIns.get(id);
      if (row?.state !== 'replied') return undefined;
      const device = state.devices.get(row.deviceId);
      if (outcome === 'failed' || row.expiresAt <= now || device?.state !== 'active') {
        fail(row, budgets, now);
        return 'failed';
      }
      row.state = 'accepted';
      if (!provisional) faces.accepted(row.accountId);
      device.lastUsedAt = now;
      audit(row, 'sign-in-accepted', now);
      return 'accepted';
    },
    async cancel(id, budgets, now) {
      const row = state.signIns.get(id);
      if (row) end(row, budgets, now);
    },
    async sweep(budgets, now) {
      const overdue = [...state.signIns.values()].filter((row) => underWay(row) && row.expiresAt <= now);
      for (const row of overdue) end(row, budgets, now);
      for (const [id, row] of state.signIns) {
        if (!underWay(row) && row.expiresAt <= now - day) state.signIns.delete(id);
      }
      const old = state.attempts.findIndex((one) => one.at > now - day);
      state.attempts.splice(0, old < 0 ? state.attempts.length : old);
      return overdue.length;
    },
    async faceFactor(accountId) {
      return { ...faces.of(accountId) };
    },
  };
}

const refusal = (reason: BurnRefusal, retryAt?: number) => ({
  burned: false as const,
  reason,
  ...(retryAt === undefined ? {} : { retryAt }),
});
