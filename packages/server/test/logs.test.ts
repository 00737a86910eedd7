/** What a log never holds: an enrolment and a sign-in with everything logged, and the secrets looked for. */
import { Writable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLogger } from '../src/logging.ts';
import { Browser } from './support/browser.ts';
import { type Provider, provider } from './support/provider.ts';

let site: Provider;
beforeAll(async () => {
  site = await provider();
}, 60_000);
afterAll(() => site?.dispose());

/** The ways bytes could be written into a line. */
const spellings = (bytes: Uint8Array) => {
  const buffer = Buffer.from(bytes);
  return [
    buffer.toString('base64url'),
    buffer.toString('base64').replace(/=+$/, ''),
    buffer.toString('hex'),
    [...bytes].join(','),
  ];
};

describe('the log', () => {
  it('of an enrolment, a hit, a miss and refusals holds no token, probe, key, cookie, challenge or name', async () => {
    const ada = new Browser(site);
    await ada.createAccount('Ada Lovelace');
    const { material } = await ada.enrol('ada');
    const uid = await ada.openInteraction();
    const { sent, reply, answer } = await ada.upToReply('ada', uid);
    await ada.answer(sent, answer);
    const miss = await ada.upToReply('eve');
    await ada.answer(miss.sent, miss.answer);
    await ada.send('POST', `/v1/sign-ins/${sent.challenge.ceremonyId}/answer`, { token: answer.token });

    const log = site.log();
    expect(log).toContain('/v1/sign-ins/:id/answer');
    const probe = sent.message.subarray(5, 69);
    const master = Buffer.from(
      (await import('node:fs')).readFileSync(`${site.config.dataDirectory}/master.key`, 'utf8').trim(),
      'base64url',
    );
    const secrets = [
      ...[answer.token, answer.signature, miss.answer.token, sent.challenge.nonce].flatMap((text) =>
        spellings(Buffer.from(text, 'base64url')),
      ),
      ...[
        probe,
        reply.bytes.subarray(60, 92),
        master,
        material.root.tickets[0]!.subarray(100, 132),
        ada.device!.states.ordinary.fheSeed,
      ].flatMap(spellings),
      ...ada.cookies.values(),
      'Ada Lovelace',
      uid,
    ];
    for (const secret of secrets) expect(log.includes(secret)).toBe(false);
  });

  it('redacts what somebody passes along by mistake', () => {
    let log = '';
    const sink = new Writable({
      write(chunk, _encoding, done) {
        log += String(chunk);
        done();
      },
    });
    createLogger('info', sink).info(
      {
        token: 'planted-1',
        request: { headers: { cookie: 'planted-2' } },
        answer: { signature: 'planted-3' },
        status: 200,
      },
      'a line',
    );
    expect(log).not.toContain('planted');
    expect(log).toContain('"status":200');
  });
});
