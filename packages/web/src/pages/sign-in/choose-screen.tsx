/** The first screen: who wants what, and one tap to go on. */
import { format, m } from '../../messages/index.ts';
import { wantsImageCheck } from '../../sdk/assurance.ts';
import type { KnownAccount } from '../../sdk/store/devices.ts';
import type { Loaded } from '../../state/sign-in.ts';
import { Button, LinkButton } from '../../ui/button.tsx';
import { Heading } from '../../ui/heading.tsx';
import { Icon } from '../../ui/icon.tsx';
import { enrolPath } from '../navigate.ts';
import { Claims } from './claims.tsx';

export interface ChooseScreenProps {
  readonly loaded: Loaded;
  readonly returnTo: string;
  readonly onAccount: (account: KnownAccount) => void;
  /** Absent where a passkey alone will not do. */
  readonly onPasskey: (() => void) | undefined;
  readonly onAbort: () => void;
}

export function ChooseScreen({ loaded, returnTo, onAccount, onPasskey, onAbort }: ChooseScreenProps) {
  const { interaction, accounts } = loaded;
  const application = interaction.client.name;
  return (
    <>
      <div class="title">
        <Heading>{m.signIn.title}</Heading>
        <p class="lead">{format(m.signIn.toApplication, { application })}</p>
      </div>
      {accounts.length > 0 ? (
        <ul class="accounts">
          {accounts.map((account) => (
            <li key={account.deviceId}>
              <AccountButton account={account} onPick={() => onAccount(account)} />
            </li>
          ))}
        </ul>
      ) : (
        <div class="notice">
          <h2>{m.signIn.nobodyTitle}</h2>
          <p>{onPasskey ? m.signIn.nobodyBody : m.signIn.nobodyBodyFace}</p>
        </div>
      )}
      <div class="actions">
        {onPasskey && (
          <Button
            kind={accounts.length > 0 ? 'secondary' : 'primary'}
            testId="use-passkey"
            onClick={onPasskey}
          >
            <Icon name="key" />
            {accounts.length > 0 ? m.common.usePasskey : m.common.usePasskeyFirst}
          </Button>
        )}
        <LinkButton
          kind={onPasskey || accounts.length > 0 ? 'secondary' : 'primary'}
          href={enrolPath(returnTo)}
          testId="create-account"
        >
          <Icon name="plus" />
          {onPasskey ? m.common.createAccount : m.signIn.createOrEnrol}
        </LinkButton>
        {!onPasskey && <p class="fine">{format(m.signIn.faceRequired, { application })}</p>}
      </div>
      <Claims application={application} claims={interaction.claims} />
      <p class="fine">{wantsImageCheck(interaction) ? m.image.privacy : m.signIn.privacy}</p>
      <div class="actions">
        <Button kind="quiet" testId="cancel" onClick={onAbort}>
          {m.common.cancel}
        </Button>
      </div>
    </>
  );
}

function AccountButton({ account, onPick }: { readonly account: KnownAccount; readonly onPick: () => void }) {
  const { displayName, profile, accountId } = account;
  return (
    <button
      type="button"
      class="account"
      data-testid="continue-as"
      data-account-id={accountId}
      onClick={onPick}
    >
      <span class="avatar" aria-hidden="true">
        {initials(displayName)}
      </span>
      <span class="account-text">
        <strong>{format(m.signIn.continueAs, { name: displayName })}</strong>
        <span class="muted">{profile === 'verified' ? m.signIn.asksPasskey : m.signIn.looks}</span>
      </span>
      <Icon name="chevron" />
    </button>
  );
}

/** First letters of the first and the last word, by grapheme, so that any script works. */
function initials(name: string): string {
  const words = name.trim().split(/\s+/);
  const first = (word: string | undefined) => [...new Intl.Segmenter().segment(word ?? '')][0]?.segment ?? '';
  return (first(words[0]) + (words.length > 1 ? first(words.at(-1)) : '')).toLocaleUpperCase();
}
