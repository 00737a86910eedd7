/**
 * The demo's pages. They work without script and load nothing from elsewhere.
 * @module
 */
import { type Html, html } from './html.ts';
import type { SignedIn } from './relying-party.ts';

export function homePage(): Html {
  return page(
    'Welcome',
    html`<p class="lead">This is an ordinary web application. It knows nothing about faces: it sends you to an
OpenID Connect provider and gets an ID token back.</p>
<p class="actions"><a class="button primary" href="/sign-in">Sign in with Blindsight</a>
<a class="button" href="/sign-in?face=required">Sign in, face required</a></p>
<p class="quiet">The second button asks for <code>acr_values=urn:blindsight:acr:sealed</code>: a passkey alone will
not do.</p>
<p class="quiet">Where the provider has switched it on, an application can also ask for
<a href="/sign-in?acr=image">a check on an encrypted picture</a>:
<code>acr_values=urn:blindsight:acr:sealed+image</code>.</p>`,
  );
}

export function signedInPage({ claims, idToken }: SignedIn): Html {
  const name = typeof claims['name'] === 'string' ? claims['name'] : 'you';
  const [header = '', payload = '', signature = ''] = idToken.split('.');
  return page(
    `Hello, ${name}`,
    html`<p class="lead">The ID token was verified. This is all the application learned.</p>
<dl>${rows(claims)}</dl>
<details><summary>The token, decoded</summary>
<h2>Header</h2><pre tabindex="0">${decoded(header)}</pre>
<h2>Payload</h2><pre tabindex="0">${decoded(payload)}</pre></details>
<details><summary>The token as it was sent</summary>
<pre class="raw" tabindex="0"><span class="a">${header}</span>.<span class="b">${payload}</span>.<span class="c">${signature}</span></pre></details>
<form method="post" action="/sign-out"><button class="button" type="submit">Sign out</button></form>`,
  );
}

/** @param code stable, for support and tests */
export function errorPage(code: string, text: string, detail = ''): Html {
  return page(
    'That did not work',
    html`<p class="lead" role="alert">${text}</p>${detail ? html`<pre tabindex="0">${detail}</pre>` : ''}
<p class="actions"><a class="button primary" href="/">Back to the start</a></p>
<p class="quiet">Code: <code>${code}</code></p>`,
  );
}

/** What each claim says, in words a person understands. */
const meanings: Readonly<Record<string, string>> = {
  sub: 'who you are, for this application only; another one gets another value',
  name: 'the name you gave',
  acr: 'how sure the provider is',
  amr: 'what was proven',
  auth_time: 'when you signed in',
};

const methods: Readonly<Record<string, string>> = {
  face: 'a face, compared under encryption',
  pop: 'a key kept on the device',
  hwk: 'a key in hardware',
  swk: 'a key in software',
  user: 'the person agreed',
  mfa: 'more than one factor',
};

function rows(claims: SignedIn['claims']): Html[] {
  return Object.entries(meanings).map(
    ([name, meaning]) => html`<div><dt><code>${name}</code><span class="quiet">${meaning}</span></dt>
<dd data-claim="${name}">${value(name, claims[name])}</dd></div>`,
  );
}

function value(name: string, claim: unknown): Html {
  if (claim === undefined) return html`<span class="quiet">not sent</span>`;
  if (name === 'amr' && Array.isArray(claim))
    return html`<ul class="chips">${claim.map((m) => chip(String(m)))}</ul>`;
  if (name === 'auth_time') return html`<time>${new Date(Number(claim) * 1000).toISOString()}</time>`;
  return html`${String(claim)}`;
}

function chip(method: string): Html {
  return html`<li title="${methods[method] ?? ''}">${method}</li>`;
}

function decoded(part: string): string {
  return JSON.stringify(JSON.parse(Buffer.from(part, 'base64url').toString('utf8')), null, 2);
}

function page(title: string, body: Html): Html {
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · Demo application</title><link rel="stylesheet" href="/style.css"><link rel="icon" href="/icon.svg"></head>
<body><header><a href="/"><img src="/icon.svg" alt="" width="28" height="28">Demo application</a></header>
<main><h1>${title}</h1>${body}</main>
<footer class="quiet">An example relying party. It imports nothing of Blindsight.</footer></body></html>`;
}
