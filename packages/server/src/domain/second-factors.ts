/**
 * The second factor beside the passkey of a session: a recovery code, or another passkey that cannot leave its
 * authenticator. Whoever has only a passkey makes no face material, no codes and no passkeys.
 * @module
 */
import type { AuthenticationOptions, RecoveryCodes } from '@blindsight/protocol/wire';
import { ServerError } from '../errors.ts';
import type { AuditKind } from '../ports/audit.ts';
import type { Session } from '../ports/sessions.ts';
import type { AccountsUseCases, NewSession } from './accounts.ts';
import { budgetsOf, type Deps } from './deps.ts';
import { isNew } from './new-devices.ts';
import { drawCodes, matchingHash } from './recovery-codes.ts';

export type SecondFactorUseCases = ReturnType<typeof secondFactorUseCases>;

export function secondFactorUseCases(
  { config, storage, clock }: Pick<Deps, 'config' | 'storage' | 'clock'>,
  accounts: Pick<
    AccountsUseCases,
    'raise' | 'requireFresh' | 'requireRecent' | 'beginSecondPasskey' | 'proveSecondPasskey'
  >,
) {
  const { secondFactors, devices, audit } = storage;
  const rule = budgetsOf(config);
  const recent = (at: number | undefined) =>
    at !== undefined && clock() - at <= config.policy.reauthenticationMs;
  const note = (kind: AuditKind, { accountId }: Session, reason: string) =>
    audit.append({ at: clock(), kind, accountId, reason });

  /** No device was ever enrolled: there is nothing yet that a passkey alone could take over. */
  const isFresh = async (accountId: string) => (await devices.list(accountId)).length === 0;
  const proven = async (session: Session, reason: 'code' | 'passkey') => {
    const raised = await accounts.raise(session, { secondFactorAt: clock() });
    await note('second-factor-shown', session, reason);
    return raised;
  };

  return {
    isFresh,

    /** @throws {ServerError} `second-factor-required` unless one was shown a short while ago. */
    requireShown({ secondFactorAt }: Session): void {
      if (!recent(secondFactorAt)) throw new ServerError('second-factor-required');
    },

    /**
     * For codes and passkeys. A face that matched the enrolment in this session will do: that is the device key and
     * the face beside the passkey, for people who have lost their codes and not their device.
     * @throws {ServerError} `reauthentication-required`, `second-factor-required`
     */
    async requireForFactors(session: Session): Promise<void> {
      if (await isFresh(session.accountId)) return accounts.requireRecent(session);
      accounts.requireFresh(session);
      if (!recent(session.secondFactorAt) && !recent(session.faceMatchedAt))
        throw new ServerError('second-factor-required');
    },

    /**
     * While a device that another one let in is new, it may be taken away by the passkey alone, but what it could take
     * away only with the second factor.
     * @throws {ServerError} `second-factor-required`
     */
    async requireForRemoval(session: Session, deviceId: string): Promise<void> {
      const added = (await devices.list(session.accountId)).filter(
        (one) => one.state === 'active' && isNew(one, config.policy, clock()),
      );
      const other = added.length > 0 && !added.some((one) => one.id === deviceId);
      if (other && !recent(session.secondFactorAt)) throw new ServerError('second-factor-required');
    },

    /** Ten new codes in the place of the old ones. Whoever asks must have passed `requireForFactors`. */
    async makeCodes({ accountId }: Session): Promise<RecoveryCodes> {
      const at = clock();
      const { codes, set } = await drawCodes(at);
      await secondFactors.replace(accountId, set, { at, kind: 'recovery-codes-made', accountId });
      return { codes, madeAt: at };
    },

    /** @throws {ServerError} `second-factor-refused`, `second-factor-locked` */
    async proveByCode(session: Session, typed: string): Promise<NewSession> {
      const { accountId } = session;
      const now = clock();
      const tried = await secondFactors.tryCode(accountId, rule, now);
      if (!tried.allowed) {
        await note('second-factor-refused', session, 'locked');
        const retryAfterSeconds = Math.max(1, Math.ceil((tried.retryAt - now) / 1000));
        throw new ServerError('second-factor-locked', { retryAfterSeconds });
      }
      const hash = await matchingHash(typed, tried.codes);
      const used = { at: clock(), kind: 'recovery-code-used', accountId } as const;
      if (!hash || !(await secondFactors.spend(accountId, hash, used))) {
        await note('second-factor-refused', session, 'code');
        throw new ServerError('second-factor-refused');
      }
      return proven(session, 'code');
    },

    /** @throws {ServerError} `second-factor-refused` when the account has no passkey that could count as the second. */
    beginPasskey: (session: Session): Promise<AuthenticationOptions> => accounts.beginSecondPasskey(session),

    /** @throws {ServerError} `ceremony-expired`, `second-factor-refused` */
    async proveByPasskey(session: Session, authenticationId: string, response: object): Promise<NewSession> {
      await accounts.proveSecondPasskey(session, authenticationId, response);
      return proven(session, 'passkey');
    },
  };
}
