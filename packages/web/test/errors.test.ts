import { gateCodes } from '@blindsight/face';
import { apiErrorCodes } from '@blindsight/protocol/wire';
import { describe, expect, it } from 'vitest';
import { m } from '../src/messages/index.ts';
import { errorCodes, isErrorCode, toWebError, WebError } from '../src/sdk/errors.ts';

describe('error codes', () => {
  it.each([...apiErrorCodes])('the server can say %s, and the page knows it', (code) => {
    expect(isErrorCode(code)).toBe(true);
  });

  it.each([...gateCodes])('the gate %s is a code, a hint and a text', (code) => {
    expect(isErrorCode(code)).toBe(true);
    expect(m.capture.hints[code]).toMatch(/\w/);
  });

  it('are listed once each', () => {
    expect(new Set(errorCodes).size).toBe(errorCodes.length);
  });

  it.each([...errorCodes])('%s has a title and a body of its own', (code) => {
    const { title, body } = m.errors[code];
    expect(title.length).toBeGreaterThan(3);
    expect(body.length).toBeGreaterThan(20);
    const others = errorCodes.filter((other) => other !== code);
    expect(others.map((other) => m.errors[other].title)).not.toContain(title);
    expect(others.map((other) => m.errors[other].body)).not.toContain(body);
  });

  it('have texts for nothing else', () => {
    expect(Object.keys(m.errors).sort()).toEqual([...errorCodes].sort());
  });

  it('say nothing about why a sign-in was refused', () => {
    const { title, body } = m.errors['sign-in-refused'];
    expect(`${title} ${body}`).not.toMatch(/match|score|similar|wrong person|not you|device key/i);
  });

  it('anything unknown that is thrown becomes internal, and a WebError stays what it is', () => {
    const known = new WebError('other-tab');
    expect(toWebError(known)).toBe(known);
    expect(toWebError(new TypeError('x')).code).toBe('internal');
  });
});
