/**
 * The three plain pages the provider serves itself: an error, "sign out?", "signed out". No script, no external
 * asset; they work without the built web pages, because an error page must not depend on them.
 * @module
 */
import { hash } from 'node:crypto';
import type { PageError } from './error-codes.ts';
import type { PageTexts } from './page-texts.ts';

const style = `:root{color-scheme:light dark;--ground:#f6f5f2;--card:#fff;--ink:#1c1b19;--quiet:#5f5b54;--line:#dcd8d0;--accent:#1f5f52;--on:#fff}
@media(prefers-color-scheme:dark){:root{--ground:#161513;--card:#201f1c;--ink:#f1efea;--quiet:#aaa59b;--line:#3a3833;--accent:#7fd1bd;--on:#10201c}}
body{background:var(--ground);color:var(--ink);font:1rem/1.5 system-ui,sans-serif;margin:0;min-height:100vh;display:grid;place-items:center}
main{background:var(--card);max-width:28rem;margin:1.5rem;padding:2rem;border:1px solid var(--line);border-radius:.75rem}
h1{font-size:1.35rem;margin:0 0 .75rem}p{margin:0 0 1rem}code{overflow-wrap:anywhere}
.quiet{color:var(--quiet);font-size:.9rem;margin:1rem 0 0}
button{font:inherit;padding:.6rem 1rem;border-radius:.5rem;border:1px solid var(--accent);background:none;color:var(--accent);cursor:pointer;margin:0 .5rem .5rem 0}
button:first-of-type{background:var(--accent);color:var(--on)}:focus-visible{outline:3px solid var(--accent);outline-offset:3px}`;

/**
 * What these pages may do. Set before the library runs, which adds the hash of the one script it needs (the
 * self-submitting form of `response_mode=form_post`). No `form-action` here: browsers apply it to the redirect
 * that follows, and that one goes to the application; the pages with a form of ours set it (`signOutPolicy`).
 */
export const pagePolicy = [
  "default-src 'none'",
  `style-src 'sha256-${hash('sha256', style, 'base64')}'`,
  "script-src 'none'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** `pagePolicy` for the sign-out form, which ends at `returnTo` when the application gave one. */
export function signOutPolicy(returnTo: string | undefined): string {
  const origin = returnTo === undefined ? '' : ` ${new URL(returnTo).origin}`;
  return `${pagePolicy}; form-action 'self'${origin}`;
}

/** An error a person sees: `code` is stable (tests and support use it), the words may change. */
export function errorPage(texts: PageTexts, { code, detail }: PageError): string {
  return page(
    texts,
    texts.errorTitle,
    `<p>${escapeHtml(texts.errors[code])}</p>${detail ? `<p lang="en">${escapeHtml(detail)}</p>` : ''}
<p>${escapeHtml(texts.wayOn)}</p>
<p class="quiet">${escapeHtml(texts.code)}: <code>${escapeHtml(code)}</code></p>`,
  );
}

/** @param form the library's form with its one-time token; it contains no text of others */
export function signOutPage(texts: PageTexts, clientName: string | undefined, form: string): string {
  const name = `<strong>${escapeHtml(clientName ?? '')}</strong>`;
  const asked = clientName ? `${escapeHtml(texts.asked).replace('{application}', () => name)} ` : '';
  return page(
    texts,
    texts.signOutTitle,
    `<p>${asked}${escapeHtml(texts.choice)}</p>${form}
<button autofocus type="submit" form="op.logoutForm" value="yes" name="logout">${escapeHtml(texts.signOut)}</button>
<button type="submit" form="op.logoutForm">${escapeHtml(texts.stay)}</button>`,
  );
}

export function signedOutPage(texts: PageTexts): string {
  return page(texts, texts.signedOutTitle, `<p>${escapeHtml(texts.close)}</p>`);
}

function page({ language }: PageTexts, title: string, body: string): string {
  return `<!doctype html>
<html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)} · Blindsight</title><style>${style}</style></head>
<body><main><h1>${escapeHtml(title)}</h1>${body}</main></body></html>`;
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? '');
}
