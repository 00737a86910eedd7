import type { PasskeyQuestions, Sessions } from '../../ports/sessions.ts';
import type { MemoryState } from './state.ts';

export function memorySessions({ sessions }: MemoryState): Sessions {
  return {
    async put(session) {
      sessions.set(session.idHash, { ...session });
    },
    async find(idHash, now) {
      const row = sessions.get(idHash);
      return row && row.expiresAt > now ? { ...row } : undefined;
    },
    async rotate(oldIdHash, next) {
      if (!sessions.delete(oldIdHash)) return false;
      sessions.set(next.idHash, { ...next });
      return true;
    },
    async remove(idHash) {
      sessions.delete(idHash);
    },
    async sweep(now) {
      return removeExpired(sessions, now);
    },
  };
}

export function memoryPasskeyQuestions({ questions }: MemoryState): PasskeyQuestions {
  return {
    async put(question) {
      questions.set(question.id, { ...question });
    },
    async take(id, kind, now) {
      const row = questions.get(id);
      if (row?.kind !== kind) return undefined;
      questions.delete(id);
      return row.expiresAt > now ? row : undefined;
    },
    async sweep(now) {
      return removeExpired(questions, now);
    },
  };
}

function removeExpired(rows: Map<string, { readonly expiresAt: number }>, now: number): number {
  const expired = [...rows].filter(([, row]) => row.expiresAt <= now);
  for (const [id] of expired) rows.delete(id);
  return expired.length;
}
