import { describe, expect, test } from 'vitest';
import { outcomeOf, type Answer } from '../../../../src/audit/collector/outcome.js';

const at = Date.UTC(2026, 0, 1);
const judged = (status: number, more: Partial<Answer> = {}) => outcomeOf({ status, type: 'application/json', retryAfter: null, body: '', ...more }, 10, at);

describe('an answer of the collector', () => {
  test.each(['', '{}', '{"partialSuccess":{}}', '{"partialSuccess":{"rejectedLogRecords":"0"}}', '{"partialSuccess":null}', '{"other":1}'])('200 with %j took everything', (body) => {
    expect(judged(200, { body })).toEqual({ kind: 'accepted', rejected: 0, message: '' });
  });

  test.each([['"3"', 3], ['3', 3], ['"999"', 10], ['-1', 0], ['1.5', 0], ['"x"', 0], ['null', 0], ['1e99', 0]])('that rejects %s of ten counts as %i', (count, rejected) => {
    expect(judged(200, { body: `{"partialSuccess":{"rejectedLogRecords":${count},"errorMessage":"too old"}}` })).toEqual({ kind: 'accepted', rejected, message: 'too old' });
  });

  test.each([
    ['<html>login</html>', 'text/html'], ['ok', 'text/plain'], ['', 'text/html'], ['OK', 'application/json'], ['[]', 'application/json'], ['"yes"', ''],
  ])('200 with %j as %j is no collector’s', (body, type) => {
    expect(judged(200, { body, type })).toMatchObject({ kind: 'refused' });
  });

  test('200 with more than any collector says is no collector’s', () => {
    expect(judged(200, { body: undefined })).toMatchObject({ kind: 'refused' });
  });

  test.each([[301, 'refused'], [307, 'refused'], [400, 'bad-data'], [401, 'refused'], [403, 'refused'], [404, 'refused'], [405, 'refused'], [408, 'later'], [413, 'too-large'], [415, 'refused'], [422, 'bad-data'], [429, 'later'], [500, 'later'], [501, 'later'], [502, 'later'], [503, 'later'], [504, 'later']])('%i is %s', (status, kind) => {
    expect(judged(status).kind).toBe(kind);
  });

  test.each([
    ['5', 5_000], ['0', 0], ['-5', undefined], ['999999999', 3_600_000], [new Date(at + 90_000).toUTCString(), 90_000], [new Date(at - 90_000).toUTCString(), 0], ['soon', undefined], ['', undefined], ['1e3', undefined],
  ])('Retry-After %j is %s milliseconds', (retryAfter, after) => {
    const outcome = judged(503, { retryAfter });
    expect('after' in outcome ? outcome.after : undefined).toBe(after);
  });

  test('what it says is data: one line, cut, with hidden characters escaped', () => {
    const message = `first\nsecond \u202e\u001b[2J ${'x'.repeat(1_000)}`;
    const outcome = judged(400, { body: JSON.stringify({ code: 3, message }) });
    expect(outcome.message).toMatch(/^It answered 400: first second \\u202e\\u001b\[2J x+…$/);
    expect(outcome.message.length).toBeLessThan(400);
  });
});
