import { expect, test } from 'vitest';
import { headerNameProblem, headersFor, headerValueProblem, parseHeaders, secretsOf } from '../../../../src/audit/collector/headers.js';

test.each(['Authorization', 'x-api-key', 'X-Scope-OrgID', 'dd-api-key', 'Cookie'])('%s is a name a header may have', (name) => {
  expect(headerNameProblem(name)).toBeUndefined();
});

test.each(['', 'a b', 'a:b', 'a\r\nb', 'ü', 'Content-Type', 'content-length', 'HOST', 'transfer-encoding', 'Connection', 'user-agent', 'proxy-authorization', 'Sec-Fetch-Mode', 'x'.repeat(101)])('%j is not', (name) => {
  expect(headerNameProblem(name)).toMatch(/\.$/);
});

test.each(['a', 'Bearer abc', 'a\tb'])('%j is a value', (value) => {
  expect(headerValueProblem(value)).toBeUndefined();
});

test.each(['', ' a', 'a ', 'a\nb', 'a\r\nX: 1', 'ä', '\u0000', 'x'.repeat(8_001)])('%j is not, and the message doesn’t repeat it', (value) => {
  const problem = headerValueProblem(value) ?? '';
  expect(problem).toMatch(/\.$/);
  if (value.length > 3) expect(problem).not.toContain(value);
});

test('every part of a value that is a secret by itself is known as one', () => {
  expect(secretsOf('plain-token')).toEqual(['plain-token']);
  expect(secretsOf('Bearer abc.def')).toEqual(['Bearer abc.def', 'abc.def']);
  const basic = `Basic ${Buffer.from('me:hunter22').toString('base64')}`;
  expect(secretsOf(basic)).toEqual([basic, basic.slice(6), 'me:hunter22', 'hunter22']);
});

test('headers are for the origin they were entered for and no other', () => {
  const held = { origin: 'https://otel.example.com', values: { authorization: 'Bearer x' } };
  expect(headersFor(held, 'https://otel.example.com')).toEqual(held.values);
  expect(headersFor(held, 'https://otel.example.com:8443')).toEqual({});
  expect(headersFor(held, 'http://otel.example.com')).toEqual({});
  expect(headersFor(undefined, 'https://otel.example.com')).toEqual({});
});

test('what the secret storage holds is read back, and nothing else is', () => {
  const held = { origin: 'https://a.example', values: { 'x-api-key': 'k' } };
  expect(parseHeaders(JSON.stringify(held))).toEqual(held);
  for (const text of [undefined, '', '{', 'null', '[]', '{"origin":1,"values":{}}', '{"origin":"https://a.example"}']) expect(parseHeaders(text)).toBeUndefined();
  expect(parseHeaders(JSON.stringify({ origin: 'https://a.example', values: { host: 'evil', ok: 'a\nb', good: 'g', n: 1 } }))?.values).toEqual({ good: 'g' });
});
