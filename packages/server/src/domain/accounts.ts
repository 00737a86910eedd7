/**
 * Accounts, sessions and reauthentication, all by passkey with user verification.
 * @module
 */
import { newId } from '@blindsight/protocol/wire';
import { ServerError } from '../errors.ts';
import type { Account, Passkey } from '../ports/accounts.ts';
import type { PasskeyQuestion, Session } from '../ports/sessions.ts';
import { hashOfSecret, newSecret } from '../random.ts';
import type { Deps } from './deps.ts';
import {
  authenticationOptions,
  credentialIdOf,
  registrationOptions,
  verifyAuthentication,
  verifyRegistration,
} from './passkeys.ts';

/** How long a question to a passkey may stay unanswered. */
const questionMs = 5 * 60_000;

/** A session just begun; the secret goes into the cookie and nowhere else. */
export interface NewSession {
  readonly secret: string;
  readonly session: Session;
}

/** A passkey that just answered, with user verification. */
export interface Proof {
  readonly passkey: Passkey;
  readonly at: number;
}

export type AccountsUseCases = ReturnType<typeof accountsUseCases>;

export function accountsUseCases({ config, storage, clock }: Pick<Deps, 'config' | 'storage' | 'clock'>) {
  const { accounts, sessions, passkeyQuestions, audit } = storage;

  const ask = async (kind: PasskeyQuestion['kind'], over: Partial<PasskeyQuestion> = {}) => {
    const question = { id: newId(), kind, challenge: newSecret(), expiresAt: clock() + questionMs, ...over };
    await passkeyQuestions.put(question);
    return question;
  };
  const take = async (id: string, kind: PasskeyQuestion['kind']) => {
    const question = await passkeyQuestions.take(id, kind, clock());
    if (!question) throw new ServerError('ceremony-expired');
    return question;
  };

  const newSession = ({ passkey, at }: Proof): NewSession => {
    const secret = newSecret();
    const session: Session = {
      idHash: hashOfSecret(secret),
      accountId: passkey.accountId,
      createdAt: at,
      expiresAt: at + config.policy.sessionMs,
      authenticatedAt: at,
      deviceBound: passkey.deviceBound,
      passkeyId: passkey.id,
    };
    return { secret, session };
  };
  /** The same session under a new name, as after every change of what it may do. @throws {ServerError} `session-required` */
  const exchange = async (current: Session, next: NewSession): Promise<NewSession> => {
    if (!(await sessions.rotate(current.idHash, next.session))) throw new ServerError('session-required');
    return next;
  };
  /** Passkeys that count beside the one of the session: synced ones may all hang on one account elsewhere. */
  const secondPasskeys = async ({ accountId, passkeyId }: Session): Promise<Passkey[]> =>
    passkeyId === ''
      ? []
      : (await accounts.passkeys(accountId)).filter((one) => one.deviceBound && one.id !== passkeyId);

  /** Checks an answer to a question; the passkey must be one of `accountId` when that is given. */
  const prove = async (question: PasskeyQuestion, response: object, accountId?: string): Promise<Proof> => {
    const passkey = await accounts.passkey(credentialIdOf(response));
    if (!passkey || (accountId !== undefined && passkey.accountId !== accountId))
      throw new ServerError('sign-in-refused');
    const counter = await verifyAuthentication(config, question.challenge, passkey, response);
    await accounts.passkeyUsed(passkey.id, counter);
    return { passkey, at: clock() };
  };

  return {
    async beginRegistration(displayName: string) {
      const account = { id: newId(), displayName };
      const question = await ask('register', { accountId: account.id, displayName });
      return {
        registrationId: question.id,
        options: await registrationOptions(config, account, question.challenge),
      };
    },

    /** @throws {ServerError} `ceremony-expired`, `sign-in-refused` */
    async register(registrationId: string, response: object): Promise<NewSession & { account: Account }> {
      const question = await take(registrationId, 'register');
      const { accountId, displayName } = question;
      if (accountId === undefined || displayName === undefined) throw new ServerError('ceremony-expired');
      const credential = await verifyRegistration(config, question.challenge, response);
      const at = clock();
      const account: Account = { id: accountId, displayName, createdAt: at };
      const passkey: Passkey = { ...credential, accountId, label: 'Passkey', createdAt: at };
      if (!(await accounts.create(account, passkey, { at, kind: 'account-created', accountId })))
        throw new ServerError('sign-in-refused');
      const begun = newSession({ passkey, at });
      await sessions.put(begun.session);
      return { account, ...begun };
    },

    async beginAuthentication() {
      const question = await ask('authenticate');
      return {
        authenticationId: question.id,
        options: await authenticationOptions(config, question.challenge),
      };
    },

    /** A passkey's answer, without a session: for an interaction. @throws {ServerError} `ceremony-expired`, `sign-in-refused` */
    async authenticate(authenticationId: string, response: object): Promise<Proof> {
      return prove(await take(authenticationId, 'authenticate'), response);
    },

    /** @throws {ServerError} as `authenticate` */
    async beginSession(proof: Proof): Promise<NewSession> {
      const begun = newSession(proof);
      await sessions.put(begun.session);
      await audit.append({ at: proof.at, kind: 'session-started', accountId: proof.passkey.accountId });
      return begun;
    },

    async beginReauthentication({ accountId }: Session) {
      const question = await ask('reauthenticate', { accountId });
      const passkeys = await accounts.passkeys(accountId);
      const options = await authenticationOptions(config, question.challenge, passkeys);
      return { authenticationId: question.id, options };
    },

    /** A fresh session in place of the old one. @throws {ServerError} `ceremony-expired`, `sign-in-refused`, `session-required` */
    async reauthenticate(current: Session, authenticationId: string, response: object): Promise<NewSession> {
      const question = await take(authenticationId, 'reauthenticate');
      if (question.accountId !== current.accountId) throw new ServerError('sign-in-refused');
      const proof = await prove(question, response, current.accountId);
      const fresh = newSession(proof);
      // what was shown beside one passkey is not beside another: that one may have been it
      const same = proof.passkey.id === current.passkeyId;
      const session = same ? { ...fresh.session, ...shownBeside(current) } : fresh.session;
      const next = await exchange(current, { ...fresh, session });
      await audit.append({ at: proof.at, kind: 'reauthenticated', accountId: current.accountId });
      return next;
    },

    /** A session that has shown more. @throws {ServerError} `session-required` */
    async raise(
      current: Session,
      shown: Partial<Pick<Session, 'secondFactorAt' | 'faceMatchedAt'>>,
    ): Promise<NewSession> {
      const secret = newSecret();
      return exchange(current, { secret, session: { ...current, ...shown, idHash: hashOfSecret(secret) } });
    },

    /** @throws {ServerError} `second-factor-refused` without a passkey that could count */
    async beginSecondPasskey(current: Session) {
      const passkeys = await secondPasskeys(current);
      if (passkeys.length === 0) throw new ServerError('second-factor-refused');
      const question = await ask('second-factor', { accountId: current.accountId });
      const options = await authenticationOptions(config, question.challenge, passkeys);
      return { authenticationId: question.id, options };
    },

    /** @throws {ServerError} `ceremony-expired`, `second-factor-refused` */
    async proveSecondPasskey(current: Session, authenticationId: string, response: object): Promise<void> {
      const question = await take(authenticationId, 'second-factor');
      const counts = (await secondPasskeys(current)).map((one) => one.id);
      const proven = async () => {
        if (question.accountId !== current.accountId || !counts.includes(credentialIdOf(response)))
          return false;
        await prove(question, response, current.accountId);
        return true;
      };
      if (!(await proven().catch(() => false))) throw new ServerError('second-factor-refused');
    },

    /** Another passkey for an account. Whoever asks must have passed `requireForFactors`. */
    async beginPasskey({ accountId }: Session) {
      const account = await accounts.find(accountId);
      if (!account) throw new ServerError('session-required');
      const question = await ask('add-passkey', { accountId });
      const known = await accounts.passkeys(accountId);
      const options = await registrationOptions(config, account, question.challenge, known);
      return { registrationId: question.id, options };
    },

    /** @throws {ServerError} `ceremony-expired`, `sign-in-refused` */
    async addPasskey({ accountId }: Session, registrationId: string, response: object): Promise<void> {
      const question = await take(registrationId, 'add-passkey');
      if (question.accountId !== accountId) throw new ServerError('sign-in-refused');
      const credential = await verifyRegistration(config, question.challenge, response);
      const at = clock();
      const passkey: Passkey = { ...credential, accountId, label: 'Passkey', createdAt: at };
      if (!(await accounts.addPasskey(passkey, { at, kind: 'passkey-added', accountId })))
        throw new ServerError('sign-in-refused');
    },

    /** The session of a cookie. @throws {ServerError} `session-required` */
    async session(secret: string | undefined): Promise<Session> {
      const session = secret === undefined ? undefined : await sessions.find(hashOfSecret(secret), clock());
      if (!session) throw new ServerError('session-required');
      return session;
    },

    /** @throws {ServerError} `reauthentication-required` unless a passkey was shown a short while ago. */
    requireFresh({ authenticatedAt }: Session): void {
      if (clock() - authenticatedAt > config.policy.reauthenticationMs)
        throw new ServerError('reauthentication-required');
    },

    /**
     * For an interaction that goes on with the account's session: long enough to have made the account and
     * enrolled a face in between. @throws {ServerError} `reauthentication-required`
     */
    requireRecent({ authenticatedAt }: Session): void {
      const { enrolmentMs, reauthenticationMs } = config.policy;
      if (clock() - authenticatedAt > enrolmentMs + reauthenticationMs)
        throw new ServerError('reauthentication-required');
    },

    async endSession({ idHash }: Session): Promise<void> {
      await sessions.remove(idHash);
    },
  };
}

const shownBeside = ({ secondFactorAt, faceMatchedAt }: Session) => ({
  ...(secondFactorAt === undefined ? {} : { secondFactorAt }),
  ...(faceMatchedAt === undefined ? {} : { faceMatchedAt }),
});
