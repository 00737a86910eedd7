import { equalBytes } from '@blindsight/protocol/wire';
import { type Enrolment, type Enrolments, named, type Place } from '../../ports/enrolments.ts';
import { appendAudit, type EnrolmentRow, generationsOf, type MemoryState } from './state.ts';

export function memoryEnrolments(state: MemoryState): Enrolments {
  const generationAt = ({ enrolmentId, ticketClass }: Place) => {
    const enrolment = state.enrolments.get(enrolmentId);
    if (!enrolment || enrolment.state === 'open') return undefined;
    return broughtBy(enrolment).find((one) => one.ticketClass === ticketClass);
  };
  const broughtBy = (enrolment: EnrolmentRow) =>
    generationsOf(state, enrolment.deviceId).filter((one) => one.enrolmentId === enrolment.id);
  const missing = (enrolment: EnrolmentRow) =>
    broughtBy(enrolment)
      .flatMap((one) => [...one.tickets.values()])
      .filter((ticket) => !ticket.body).length;

  const completeIfFull = (enrolment: EnrolmentRow, now: number) => {
    if (enrolment.state !== 'finished' || missing(enrolment) > 0) return;
    complete(enrolment, now);
  };
  const complete = (enrolment: EnrolmentRow, now: number) => {
    enrolment.state = 'complete';
    delete enrolment.hpkePrivateKey;
    const { accountId, deviceId, id: ceremonyId } = enrolment;
    appendAudit(state, {
      at: now,
      kind: `${named[enrolment.purpose]}-completed`,
      accountId,
      deviceId,
      ceremonyId,
    });
  };

  const removeStaged = (enrolment: EnrolmentRow) => {
    for (const one of broughtBy(enrolment)) state.generations.delete(one.id);
    if (enrolment.purpose !== 'renewal') {
      state.dataKeys.delete(enrolment.deviceId);
      state.devices.delete(enrolment.deviceId);
    }
    state.enrolments.delete(enrolment.id);
  };
  const abandon = (enrolment: EnrolmentRow, reason: string, at: number) => {
    removeStaged(enrolment);
    const { accountId, deviceId, id: ceremonyId } = enrolment;
    const kind = `${named[enrolment.purpose]}-abandoned` as const;
    appendAudit(state, { at, kind, accountId, deviceId, ceremonyId, reason });
  };
  /** The generation in use, and everything that still refers to it, make room for the staged one. */
  const replaceOrdinary = (renewal: EnrolmentRow, now: number) => {
    const device = state.devices.get(renewal.deviceId)!;
    for (const old of generationsOf(state, device.id)) {
      if (old.ticketClass !== 'ordinary' || old.staged) continue;
      state.generations.delete(old.id);
      for (const signIn of state.signIns.values()) {
        if (signIn.generationId === old.id && signIn.state === 'open') signIn.state = 'closed';
      }
    }
    for (const other of state.enrolments.values()) {
      if (other.deviceId === device.id && other.state === 'finished') complete(other, now);
    }
    device.renewals += 1;
    device.renewedAt = now;
  };
  /** What was enrolled before ends with a recovery. @returns false when there is such a device and this is none. */
  const revokeOthers = ({ accountId, deviceId, recovery }: EnrolmentRow): boolean => {
    const others = [...state.devices.values()].filter(
      (one) => one.accountId === accountId && one.id !== deviceId && one.state !== 'staged',
    );
    if (others.length > 0 && !recovery) return false;
    for (const other of others) other.state = 'revoked';
    return true;
  };
  /** Of a device that another one let in: which, and from when its root tickets count. */
  const descent = ({ admission }: EnrolmentRow) => {
    const by = admission && state.devices.get(admission.addedBy);
    return by ? { addedBy: by.id, rootSince: by.rootSince ?? by.createdAt } : {};
  };
  const unfinished = (row: EnrolmentRow | undefined): row is EnrolmentRow =>
    row?.state === 'open' || row?.state === 'stated';

  return {
    async begin(enrolment, event) {
      if (enrolment.purpose === 'renewal') {
        for (const row of [...state.enrolments.values()]) {
          const same = row.deviceId === enrolment.deviceId && row.purpose === 'renewal';
          if (same && unfinished(row)) abandon(row, 'superseded', event.at);
        }
      }
      state.enrolments.set(enrolment.id, { ...enrolment });
      appendAudit(state, event);
    },
    async find(id): Promise<Enrolment | undefined> {
      const row = state.enrolments.get(id);
      if (!row) return undefined;
      const { statementHash: _hash, challengeBegun: _begun, ...enrolment } = row;
      return enrolment;
    },
    async beginChallenge(id) {
      const row = state.enrolments.get(id);
      if (!row || row.challengeBegun) return false;
      row.challengeBegun = true;
      return true;
    },
    async passChallenge(id, challengeHash) {
      const row = state.enrolments.get(id);
      if (row) row.challengeHash = challengeHash;
      return row !== undefined;
    },
    async state(id, statement, event) {
      const row = state.enrolments.get(id);
      if (!row || row.expiresAt <= event.at) return 'closed';
      if (row.statementHash) return equalBytes(row.statementHash, statement.hash) ? 'same' : 'different';
      if (statement.generations.some((one) => state.generations.has(one.id))) return 'different';
      const { deviceId, accountId, label, profile, parameterSet, manifestHash, tau, sMax } = row;
      const proof = state.signIns.get(id);
      if (row.purpose !== 'enrol' && !(proof?.purpose === row.purpose && proof.state === 'accepted')) {
        return 'unproven';
      }
      if (statement.newDevice) {
        const { publicKey, dataKey } = statement.newDevice;
        state.devices.set(deviceId, {
          id: deviceId,
          accountId,
          label,
          profile,
          state: 'staged',
          publicKey,
          createdAt: event.at,
          renewals: 0,
          ...descent(row),
        });
        state.dataKeys.set(deviceId, dataKey);
      }
      for (const { id: generationId, ticketClass, publicKeyHash, ticketHashes } of statement.generations) {
        state.generations.set(generationId, {
          id: generationId,
          deviceId,
          enrolmentId: id,
          staged: true,
          ticketClass,
          parameterSet,
          manifestHash,
          tau,
          sMax,
          count: ticketHashes.length,
          lastBurned: -1,
          publicKeyHash,
          tickets: new Map(ticketHashes.map((hash, index) => [index, { hash }])),
        });
      }
      row.statementHash = statement.hash;
      row.state = 'stated';
      appendAudit(state, event);
      return 'stated';
    },
    async slot(place) {
      const generation = generationAt(place);
      if (!generation) return undefined;
      const { id: generationId } = generation;
      if (place.index === undefined) {
        return { generationId, hash: generation.publicKeyHash, filled: generation.publicKey !== undefined };
      }
      if (place.index >= generation.count) return undefined;
      const ticket = generation.tickets.get(place.index);
      if (!ticket) return { generationId, filled: true };
      return { generationId, hash: ticket.hash, filled: ticket.body !== undefined };
    },
    async fill(place, body, now) {
      const generation = generationAt(place);
      if (!generation) return;
      if (place.index === undefined) generation.publicKey ??= body;
      else {
        const ticket = generation.tickets.get(place.index);
        if (ticket) ticket.body ??= body;
      }
      completeIfFull(state.enrolments.get(place.enrolmentId)!, now);
    },
    async received(id) {
      const arrived = (ticketClass: 'ordinary' | 'root') => {
        const generation = generationAt({ enrolmentId: id, ticketClass });
        if (!generation) return [];
        return Array.from({ length: generation.count }, (_, index) => index).filter((index) => {
          const ticket = generation.tickets.get(index);
          return !ticket || ticket.body !== undefined;
        });
      };
      const publicKeys = (['ordinary', 'root'] as const).filter(
        (ticketClass) => generationAt({ enrolmentId: id, ticketClass })?.publicKey,
      );
      return { ordinary: arrived('ordinary'), root: arrived('root'), publicKeys };
    },
    async finish(id, events, now) {
      const row = state.enrolments.get(id);
      if (!row || row.expiresAt <= now || !unfinished(row)) return 'closed';
      const generations = broughtBy(row);
      const ready = (ticketClass: string, count: number) => {
        if (count === 0) return true;
        const generation = generations.find((one) => one.ticketClass === ticketClass);
        if (!generation?.publicKey) return false;
        return Array.from({ length: count }, (_, i) => generation.tickets.get(i)?.body).every(Boolean);
      };
      if (!ready('root', row.root) || !ready('ordinary', row.firstOrdinary)) return 'incomplete';
      const { accountId, deviceId, consent } = row;
      if (row.purpose === 'enrol' && !revokeOthers(row)) return 'closed';
      if (row.admission && state.devices.get(row.admission.addedBy)?.state !== 'active') return 'closed';
      if (row.purpose === 'renewal') replaceOrdinary(row, now);
      else {
        state.devices.get(deviceId)!.state = 'active';
        state.consents.push({ accountId, deviceId, ...consent, givenAt: row.createdAt });
      }
      for (const one of generations) one.staged = false;
      row.state = 'finished';
      row.finishedAt = now;
      for (const event of events) appendAudit(state, event);
      completeIfFull(row, now);
      const ordinary = generations.find((one) => one.ticketClass === 'ordinary')!;
      return [...ordinary.tickets.values()].filter((ticket) => ticket.body).length;
    },
    async recoveringUntil(accountId, now) {
      const under = [...state.enrolments.values()].filter(
        (row) => row.accountId === accountId && row.recovery && unfinished(row) && row.expiresAt > now,
      );
      return under.length > 0 ? Math.max(...under.map((row) => row.expiresAt)) : undefined;
    },
    async cancel(id, event) {
      const row = state.enrolments.get(id);
      if (!unfinished(row)) return false;
      removeStaged(row);
      appendAudit(state, event);
      return true;
    },
    async sweep(now) {
      let swept = 0;
      for (const row of [...state.enrolments.values()]) {
        if (unfinished(row) && row.expiresAt <= now) {
          abandon(row, 'expired', now);
          swept++;
        } else if (row.state === 'finished' && row.lateUntil <= now) {
          // what has not come by now will not come: its slots and the key it was sealed to go
          for (const one of broughtBy(row)) {
            for (const [index, ticket] of one.tickets) if (!ticket.body) one.tickets.delete(index);
          }
          completeIfFull(row, now);
          swept++;
        }
      }
      return swept;
    },
  };
}
