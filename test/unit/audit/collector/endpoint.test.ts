import { describe, expect, test } from 'vitest';
import { parseEndpoint } from '../../../../src/audit/collector/endpoint.js';

describe('the address of a collector', () => {
  test.each([
    ['https://otel.example.com:4318', 'https://otel.example.com:4318/v1/logs'],
    ['https://otel.example.com/', 'https://otel.example.com/v1/logs'],
    ['https://otel.example.com/v1/logs', 'https://otel.example.com/v1/logs'],
    ['https://otel.example.com/v1/logs/', 'https://otel.example.com/v1/logs'],
    ['https://otel.example.com/otlp', 'https://otel.example.com/otlp/v1/logs'],
    ['HTTPS://Otel.Example.com:443/', 'https://otel.example.com/v1/logs'],
    ['http://localhost:4318', 'http://localhost:4318/v1/logs'],
    ['http://127.0.0.1:4318', 'http://127.0.0.1:4318/v1/logs'],
    ['http://[::1]:4318', 'http://[::1]:4318/v1/logs'],
    // The same address in other spellings.
    ['http://2130706433:4318', 'http://127.0.0.1:4318/v1/logs'],
  ])('%s is read as the OpenTelemetry specification has it', (text, url) => {
    expect(parseEndpoint(text)?.url).toBe(url);
  });

  test('an empty one is none', () => {
    expect(parseEndpoint('')).toBeUndefined();
  });

  test.each([
    ['http://otel.example.com:4318', /not https/],
    ['http://127.0.0.1.example.com', /not https/],
    ['http://localhost.example.com', /not https/],
    ['http://0.0.0.0:4318', /not https/],
    ['http://[::ffff:127.0.0.1]', /not https/],
    ['https://user:pass@otel.example.com', /user name or a password/],
    ['https://token@otel.example.com', /user name or a password/],
    ['https://otel.example.com/?api-key=1', /query/],
    ['https://otel.example.com/?', /query/],
    ['https://otel.example.com/#x', /query/],
    ['ftp://otel.example.com', /neither/],
    ['file:///etc/passwd', /neither/],
    ['javascript:alert(1)', /neither/],
    ['otel.example.com:4318', /neither|no address/],
    ['https://otel.exa\nmple.com', /no address/],
    [' https://otel.example.com', /no address/],
    ['https://otel.example.com\u202e', /no address/],
    ['https://', /no address/],
  ])('%j is refused, and the message repeats none of it', (text, reason) => {
    let message = '';
    try {
      parseEndpoint(text);
    } catch (error) {
      message = (error as Error).message;
    }
    expect(message).toMatch(reason);
    expect(message).not.toContain('pass@');
    expect(message).not.toContain('token');
  });
});
