import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { vectors as ckks } from './support/ckks-vectors.ts';
import { vectors as sealedSignIn } from './support/vectors.ts';

it.each([
  ['sealed-sign-in', sealedSignIn],
  ['ckks', ckks],
])('gives the committed known answers, byte for byte: %s', (name, vectors) => {
  const file = new URL(`./vectors/${name}.json`, import.meta.url);
  expect(vectors()).toEqual(JSON.parse(readFileSync(file, 'utf8')));
});
