/** What a person can do with the receipt of an erasure, over HTTP, also after a restart. */
import { newId } from '@blindsight/protocol/wire';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Browser } from './support/browser.ts';
import { type Provider, provider } from './support/provider.ts';

interface Receipt {
  readonly receiptId: string;
  readonly deviceId: string;
}

let site: Provider;
let ada: Browser;
beforeAll(async () => {
  site = await provider();
  ada = new Browser(site);
  await ada.createAccount();
}, 60_000);
afterAll(() => site?.dispose());

it('a receipt can be checked by whoever has it, without a session, before and after a restart', async () => {
  await ada.enrol('ada');
  const { deviceId } = ada.device!;
  const receipt = await ada.must<Receipt>('DELETE', `/v1/account/devices/${deviceId}/enrolment`);
  const anybody = new Browser(site);
  const asked = await anybody.send('GET', `/v1/erasures/${receipt.receiptId}`);
  expect(asked).toMatchObject({
    status: 200,
    json: {
      receiptId: receipt.receiptId,
      deviceId,
      holds: true,
      remaining: { tickets: 0, publicKeys: 0, dataKeys: 0, images: 0 },
    },
  });
  await site.restart();
  const later = await anybody.send('GET', `/v1/erasures/${receipt.receiptId}`);
  expect(later.json).toEqual(asked.json);
  // whose account it was is nobody's business
  expect(JSON.stringify(later.json)).not.toContain(ada.device!.accountId);
});

it.each([
  ['unknown', () => newId(), 404, 'not-found'],
  ['malformed', () => 'x', 400, 'malformed-message'],
])('an %s receipt number is refused', async (_what, id, status, code) => {
  const { json, ...reply } = await new Browser(site).send('GET', `/v1/erasures/${id()}`);
  expect({ status: reply.status, code: json['code'] }).toEqual({ status, code });
});
