/** The conformance runner: a second implementation passes, faults are found where they are, bad programs are named. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { type Case, checkImplementation, conformanceCases } from '../conformance/run.ts';

const timeout = 300_000;
const second = fileURLToPath(new URL('./second/sealed.py', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'blindsight-conformance-'));
afterAll(() => rmSync(folder, { recursive: true }));

const cases = await conformanceCases();
const sections = [
  'ids',
  'keys',
  'frame',
  'template',
  'probe',
  'transcript',
  'messages',
  'table',
  'ciphertexts',
  'reply',
];

it('the cases have every section, and refusals where there is something to refuse', () => {
  expect([...new Set(cases.map(({ operation }) => operation.split('.')[0]))]).toEqual(sections);
  const refused = (section: string) =>
    cases.filter(({ operation, expected }) => operation.startsWith(section) && 'refused' in expected).length;
  expect(['ids', 'template', 'messages', 'reply'].map(refused)).toEqual([7, 1, 15, 8]);
});

const python = spawnSync('python3', ['-c', 'import math; math.prod']);
describe.skipIf(python.status !== 0)('the second implementation, in Python (skipped without python3)', () => {
  it('passes every case', { timeout }, async () => {
    const reports = await checkImplementation(`python3 '${second}'`, cases, timeout);
    expect(reports.map(({ section, failed, unsupported }) => ({ section, failed, unsupported }))).toEqual(
      sections.map((section) => ({ section, failed: [], unsupported: 0 })),
    );
  });

  it.each([
    ['keys', 'b"ratchet/next"', 'b"ratchet/nxt"'],
    ['ids', 'require(to_text(data) == text)', 'pass'],
    ['messages', 'require(self.at == len(self.data))', 'pass'],
    ['table', 'return b"".join(sorted(', 'return b"".join(list('],
  ])('with a fault in %s it fails there, and nowhere else', { timeout }, async (section, right, wrong) => {
    const source = readFileSync(second, 'utf8');
    expect(source).toContain(right);
    const file = join(folder, `${section}.py`);
    writeFileSync(file, source.replace(right, wrong));
    // what takes long and shares nothing with the faults is left out; a reply that is longer shares the fault in `end`
    const quick = cases.filter(({ operation }) => !/^(frame|probe|ciphertexts|reply)/.test(operation));
    const reports = await checkImplementation(`python3 '${file}'`, quick, timeout);
    expect(reports.filter(({ failed }) => failed.length > 0).map((report) => report.section)).toEqual([
      section,
    ]);
  });
});

describe('a program', () => {
  const one: Case[] = [{ operation: 'ids.encode', input: { bytes: '' }, expected: { output: { text: '' } } }];

  it('that does not know an operation is told apart from one that fails', async () => {
    const command = `echo '{"n":0,"unsupported":true}'; sleep 60`;
    expect(await checkImplementation(command, one)).toEqual([
      { section: 'ids', passed: 0, failed: [], unsupported: 1 },
    ]);
    expect(await checkImplementation(`echo '{"n":0,"refused":true}'`, one)).toEqual([
      { section: 'ids', passed: 0, failed: ['ids.encode (question 0)'], unsupported: 0 },
    ]);
  });

  it.each([
    ['stays silent', 'sleep 60', 'did not answer ids.encode within 0.2 s'],
    ['prints something else', 'echo hello; sleep 60', 'question 0, ids.encode, is not of the form'],
    ['answers another question', `echo '{"n":1,"refused":true}'; sleep 60`, 'is not of the form'],
    ['ends', 'true', 'ended before it answered question 0'],
    ['is not there', 'no-such-program-here', 'ended before it answered question 0'],
  ])('that %s is refused with the reason', async (_what, command, reason) => {
    await expect(checkImplementation(command, one, command === 'sleep 60' ? 200 : timeout)).rejects.toThrow(
      reason,
    );
  });
});
