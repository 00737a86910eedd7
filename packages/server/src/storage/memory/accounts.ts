import type { Accounts } from '../../ports/accounts.ts';
import { appendAudit, type MemoryState } from './state.ts';

export function memoryAccounts(state: MemoryState): Accounts {
  return {
    async create(account, passkey, event) {
      if (state.passkeys.has(passkey.id) || state.accounts.has(account.id)) return false;
      state.accounts.set(account.id, { ...account });
      state.passkeys.set(passkey.id, { ...passkey });
      appendAudit(state, event);
      return true;
    },
    async addPasskey(passkey, event) {
      if (state.passkeys.has(passkey.id)) return false;
      state.passkeys.set(passkey.id, { ...passkey });
      appendAudit(state, event);
      return true;
    },
    async find(id) {
      const row = state.accounts.get(id);
      return row && { ...row };
    },
    async passkey(credentialId) {
      const row = state.passkeys.get(credentialId);
      return row && { ...row };
    },
    async passkeys(accountId) {
      return [...state.passkeys.values()]
        .filter((row) => row.accountId === accountId)
        .map((row) => ({ ...row }));
    },
    async passkeyUsed(credentialId, counter) {
      const row = state.passkeys.get(credentialId);
      if (row && counter > row.counter) row.counter = counter;
    },
  };
}
