/** `conformance COMMAND`: what it prints, and its exit status. */
import { expect, it } from 'vitest';
import { cli } from './support.ts';

/** Answers everything with what is given, by Node, which is there. */
const always = (answer: string) =>
  `'${process.execPath}' -e 'require("readline").createInterface({ input: process.stdin }).on("line", (line) => console.log(JSON.stringify({ n: JSON.parse(line).n, ${answer} })))'`;

it('says what is not supported and ends with 0, since nothing is wrong', async () => {
  const { status, out } = await cli(['conformance', always('unsupported: true')]);
  expect(status).toBe(0);
  expect(out).toMatch(/^section +passed +failed +unsupported\nids +0 +0 +11\n/);
});

it('names every question that was answered wrong and ends with 1', async () => {
  const { status, out } = await cli(['conformance', always('output: {}'), '--json']);
  expect(status).toBe(1);
  const { ok, sections } = JSON.parse(out);
  expect(ok).toBe(false);
  expect(sections[0].failed[0]).toBe('ids.encode (question 0)');
});

it('says when the program cannot be checked', async () => {
  const { status, err } = await cli(['conformance', 'echo hello']);
  expect(status).toBe(2);
  expect(err).toMatch(/^program-unusable: .*question 0, ids\.encode/);
});
