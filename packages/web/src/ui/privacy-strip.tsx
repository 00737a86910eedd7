/** What has left this page, from the counter in the HTTP client, and the last sealed message itself. */
import { useId, useState } from 'preact/hooks';
import { format, formatBytes, m, plural } from '../messages/index.ts';
import type { TrafficCounter } from '../sdk/counter.ts';
import { Icon } from './icon.tsx';
import { useCounter } from './use-counter.ts';

export function PrivacyStrip({ counter }: { readonly counter: TrafficCounter }) {
  const { totals, packet } = useCounter(counter);
  const [viewing, setViewing] = useState(false);
  const id = useId();
  const { picture, sealed, ticket, challenge, encrypted, keys } = totals;
  const parts = [
    // beside encrypted ones, "no picture sent" would be half the truth
    plural(encrypted.count > 0 ? m.privacy.picturesClear : m.privacy.pictures, picture.count),
    encrypted.count > 0 &&
      plural(m.privacy.encrypted, encrypted.count, { size: formatBytes(encrypted.bytes) }),
    sealed.count > 0
      ? plural(m.privacy.sealed, sealed.count, { size: formatBytes(sealed.bytes) })
      : m.privacy.sealedNone,
    challenge.count > 0 &&
      plural(m.privacy.challenge, challenge.count, { size: formatBytes(challenge.bytes) }),
    ticket.count > 0 && plural(m.privacy.tickets, ticket.count, { size: formatBytes(ticket.bytes) }),
    keys.count > 0 && format(m.privacy.keys, { size: formatBytes(keys.bytes) }),
  ].filter((part) => part !== false);

  return (
    <section
      class="privacy"
      aria-label={m.privacy.label}
      data-testid="privacy-strip"
      data-pictures={picture.count}
      data-sealed={sealed.count}
      data-sealed-bytes={sealed.bytes}
      data-ticket-bytes={ticket.bytes}
      data-challenge-bytes={challenge.bytes}
      data-encrypted={encrypted.count}
      data-encrypted-bytes={encrypted.bytes}
      data-key-bytes={keys.bytes}
      data-json-bytes={totals.json.bytes}
    >
      <p class="privacy-line">
        <Icon name="lock" />
        {parts.map((part, i) => (
          // the dot stays with what is before it: no line begins with one
          <span key={part}>
            <span class="unbroken">{i < parts.length - 1 ? `${part} ·` : part}</span>{' '}
          </span>
        ))}
        {packet && (
          <button
            type="button"
            class="link"
            data-testid="view-packet"
            aria-expanded={viewing}
            aria-controls={id}
            onClick={() => setViewing(!viewing)}
          >
            {viewing ? m.privacy.hide : m.privacy.view}
          </button>
        )}
      </p>
      {packet && viewing && (
        <section id={id} class="packet" data-testid="packet">
          <h2>{m.privacy.packetTitle}</h2>
          {/* of the one kind of message this text is about; an offer to another device is sealed as a whole */}
          {packet.path.endsWith('/probe') && <p>{m.privacy.packetBody}</p>}
          <code>{hex(packet.body)}</code>
        </section>
      )}
    </section>
  );
}

/** Bytes in groups of two, separated by spaces. */
function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ');
}
