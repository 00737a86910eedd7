import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { consentText } from '../src/domain/consent/texts.ts';
import { pageLanguages } from '../src/oidc/page-texts.ts';
import { memoryStorage } from '../src/storage/memory/index.ts';
import { type OidcApp, oidcApp } from './support/oidc-app.ts';

let app: OidcApp;
beforeAll(async () => {
  app = await oidcApp({ artifacts: memoryStorage().artifacts });
});
afterAll(() => app.close());

/** The page of an unknown application, or of having signed out. */
async function plainPage(path: string, acceptLanguage = ''): Promise<string> {
  const response = await fetch(`${app.origin}${path}`, {
    headers: { accept: 'text/html', 'accept-language': acceptLanguage },
  });
  return response.text();
}

describe('the plain pages', () => {
  it('are announced in the discovery document', async () => {
    const metadata = await (await fetch(`${app.origin}/.well-known/openid-configuration`)).json();
    expect(metadata.ui_locales_supported).toEqual(pageLanguages);
    expect(pageLanguages).toEqual(['en', 'de', 'fr', 'es', 'hi', 'kn']);
  });

  it.each([...pageLanguages])(
    'speak %s to a browser that does, each in words of its own',
    async (language) => {
      const error = await plainPage('/oidc/auth?client_id=nobody', `${language}-XX,en;q=0.5`);
      const signedOut = await plainPage('/oidc/logout/success', language);
      for (const html of [error, signedOut]) expect(html).toContain(`<html lang="${language}">`);
      expect(error).toContain('<code>unknown-client</code>');
      for (const other of pageLanguages.filter((tag) => tag !== language)) {
        expect(heading(error)).not.toBe(heading(await plainPage('/oidc/auth?client_id=nobody', other)));
      }
    },
  );

  it('listen to the application first, and fall back to English', async () => {
    const asked = (locales: string, accepted: string) =>
      plainPage(`/oidc/auth?${new URLSearchParams({ client_id: 'nobody', ui_locales: locales })}`, accepted);
    expect(await asked('fr-CA de', 'es')).toContain('<html lang="fr">');
    expect(await asked('xx', 'yy')).toContain('<html lang="en">');
    expect(await asked('"><script>', '')).not.toContain('<script>');
  });
});

describe.each(['enrol', 'image-check'] as const)('the consent text of %s', (purpose) => {
  const english = consentText(purpose, 'en');

  it.each([...pageLanguages])('exists in %s, says as much, and has its own hash', (language) => {
    const text = consentText(purpose, `${language}-XX`);
    expect(text.language).toBe(language);
    expect(text.version).toBe(english.version);
    expect(text.text.split('\n\n').length).toBe(english.text.split('\n\n').length);
    expect(text.text).toContain('12');
    if (language !== 'en') expect(text.hash).not.toBe(english.hash);
  });
});

const heading = (html: string) => /<h1>(.*?)<\/h1>/.exec(html)?.[1];
