/** Opening the account by passkey. */
import { m } from '../../messages/index.ts';
import { Button, LinkButton } from '../../ui/button.tsx';
import { Heading } from '../../ui/heading.tsx';
import { Icon } from '../../ui/icon.tsx';
import { enrolPath } from '../navigate.ts';

export function SignInStep({ busy, onPasskey }: { readonly busy: boolean; readonly onPasskey: () => void }) {
  return (
    <>
      <div class="title">
        <Heading>{m.account.signInTitle}</Heading>
        <p class="lead">{m.account.signInBody}</p>
      </div>
      <div class="actions">
        <Button busy={busy} testId="use-passkey" onClick={onPasskey}>
          <Icon name="key" />
          {m.common.usePasskeyFirst}
        </Button>
        <LinkButton href={enrolPath()} testId="create-account">
          <Icon name="plus" />
          {m.common.createAccount}
        </LinkButton>
      </div>
    </>
  );
}
