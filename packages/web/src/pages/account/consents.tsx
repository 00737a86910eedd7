/** What the person agreed to, when, and in which version. Withdrawing is erasing, on the same page. */
import type { ConsentView } from '@blindsight/protocol/wire';
import { format, formatDate, m } from '../../messages/index.ts';
import { Icon } from '../../ui/icon.tsx';

export function Consents({ consents }: { readonly consents: readonly ConsentView[] }) {
  if (consents.length === 0) return null;
  return (
    <section>
      <h2>{m.account.consentsTitle}</h2>
      <ul class="rows">
        {consents.map(({ purpose, version, hash, givenAt, withdrawnAt }) => (
          <li
            key={`${purpose}${version}${givenAt}`}
            class="row"
            data-testid="consent-row"
            data-purpose={purpose}
          >
            <Icon name="stays" />
            <div class="row-text">
              {purpose === 'image-check' && <p>{m.image.purpose}</p>}
              <p>{format(m.account.consentGiven, { date: formatDate(givenAt), version })}</p>
              {withdrawnAt && (
                <p class="muted">{format(m.account.consentWithdrawn, { date: formatDate(withdrawnAt) })}</p>
              )}
              <p class="fine hash">{hash}</p>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}
