/** What surrounds every page: header with the mark, the content, the privacy strip. */
import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import { m } from '../messages/index.ts';
import type { TrafficCounter } from '../sdk/counter.ts';
import { LanguagePicker } from './language-picker.tsx';
import { Logo } from './logo.tsx';
import { PrivacyStrip } from './privacy-strip.tsx';

export interface ShellProps {
  readonly counter: TrafficCounter;
  /** Of the page, for tabs and history. */
  readonly title: string;
  readonly wide?: boolean;
  readonly aside?: ComponentChildren;
  readonly children: ComponentChildren;
}

export function Shell({ counter, title, wide = false, aside, children }: ShellProps) {
  useEffect(() => {
    document.title = `${title} · ${m.common.product}`;
  }, [title]);
  return (
    <div class={wide ? 'shell shell-wide' : 'shell'}>
      <a class="skip" href="#content">
        {m.common.skip}
      </a>
      <header class="top">
        <span class="brand">
          <Logo />
          <span>{m.common.product}</span>
        </span>
        {aside}
      </header>
      <main id="content" class="card" tabIndex={-1}>
        {children}
      </main>
      <PrivacyStrip counter={counter} />
      <footer class="foot">
        {/* In a tab of its own: a sign-in under way is not left. */}
        <a class="fine" href="/about" target="_blank" rel="noopener" data-testid="about-link">
          {m.about.link}
        </a>
        <a class="fine" href="/self-test" target="_blank" rel="noopener" data-testid="self-test-link">
          {m.selfTest.link}
        </a>
        <LanguagePicker />
      </footer>
    </div>
  );
}
