/** The versioned consent text, as it is shown before every camera that enrols. */
import type { ConsentText as Text } from '@blindsight/protocol/wire';
import { format, m } from '../../messages/index.ts';
import { Paragraphs } from '../../ui/paragraphs.tsx';

export function ConsentText({ consent }: { readonly consent: Text }) {
  return (
    <>
      {/* Focusable, because a region that scrolls must be reachable by keyboard. */}
      <section
        class="consent-text"
        data-testid="consent-text"
        data-version={consent.version}
        lang={consent.language}
        aria-label={m.enrol.consentTitle}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: see above
        tabIndex={0}
      >
        <Paragraphs text={consent.text} />
      </section>
      <p class="fine">{format(m.enrol.consentVersion, { version: consent.version })}</p>
    </>
  );
}
