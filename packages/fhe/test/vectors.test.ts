import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { vectors } from './support/vectors.ts';

it('gives the committed known answers, byte for byte', () => {
  const file = new URL('./vectors/sealed-sign-in.json', import.meta.url);
  expect(vectors()).toEqual(JSON.parse(readFileSync(file, 'utf8')));
});
