import { describe, expect, test } from 'vitest';
import { redact } from '../../../src/audit/redact.js';

/** Put together here, so that no scanner takes this file for a leak. */
const join = (...parts: readonly string[]): string => parts.join('');
const letters = 'aB3dE5gH7jK9mN1pQ2sT4vW6xY8zA0cD';

describe('[P8] known shapes of secrets are taken out', () => {
  const shapes: readonly (readonly [name: string, secret: string])[] = [
    ['github-token', join('gh', 'p_', letters, 'abcd')],
    ['github-token', join('github', '_pat_', letters)],
    ['gitlab-token', join('gl', 'pat-', letters.slice(0, 20))],
    ['slack-token', join('xo', 'xb-', '123456789012-', letters)],
    ['aws-key-id', join('AK', 'IA', 'IOSFODNN7EXAMPLE')],
    ['anthropic-key', join('sk-', 'ant-api03-', letters)],
    ['openai-key', join('sk-', 'proj-', letters)],
    ['google-key', join('AI', 'za', letters, 'xyz')],
    ['stripe-key', join('sk_', 'live_', letters)],
    ['npm-token', join('npm', '_', letters, 'abcd')],
    ['pypi-token', join('py', 'pi-', letters)],
    ['huggingface-token', join('h', 'f_', letters)],
    ['groq-key', join('gs', 'k_', letters)],
    ['sendgrid-key', join('S', 'G.', letters, '.', letters)],
    ['telegram-token', join('123456789:', 'AA', letters, 'x')],
    ['jwt', join('ey', 'JhbGciOiJIUzI1NiJ9', '.', 'ey', 'JzdWIiOiIxMjM0In0', '.', letters)],
    ['private-key', join('-----BEGIN OPENSSH ', 'PRIVATE KEY-----\n', letters, '\n-----END OPENSSH ', 'PRIVATE KEY-----')],
    ['private-key', join('-----BEGIN ', 'PRIVATE KEY-----\\n', letters, ' and the end is cut off')],
  ];
  test.each(shapes)('%s', (name, secret) => {
    expect(redact(`before ${secret} after`, [])).toContain(`before [redacted:${name}]`);
    expect(redact(JSON.stringify({ text: `x ${secret}` }), [])).not.toContain(letters.slice(0, 16));
  });

  test.each([
    ['curl -H "Authorization: Bearer hunter2hunter2"', 'curl -H "Authorization: Bearer [redacted:authorization]"'],
    ['git clone https://me:hunter2@example.com/x', 'git clone https://me:[redacted:url-password]@example.com/x'],
    ['DB_PASSWORD=hunter2', 'DB_PASSWORD=[redacted:assignment]'],
    ['{"password":"hunter2","user":"me"}', '{"password":"[redacted:assignment]","user":"me"}'],
    ['{"text":"{\\"api_key\\": \\"hunter2\\"}"}', '{"text":"{\\"api_key\\": \\"[redacted:assignment]\\"}"}'],
    ['AWS_SECRET_ACCESS_KEY=abc/def+ghi', 'AWS_SECRET_ACCESS_KEY=[redacted:assignment]'],
    ['AccountKey=abcdefghijklmnopqrstuvwxyz==;x', 'AccountKey=[redacted:azure-key];x'],
  ])('%s', (text, expected) => {
    expect(redact(text, [])).toBe(expected);
  });
});

test('[P8] a held secret is taken out in every form it may stand in', () => {
  const secret = 'pa"ss\\wörd/?=1';
  const text = [
    secret,
    JSON.stringify({ secret }),
    JSON.stringify({ inner: JSON.stringify({ secret }) }),
    encodeURIComponent(secret),
    Buffer.from(secret).toString('base64'),
    Buffer.from(secret).toString('hex'),
  ].join('\n');
  const clean = redact(text, [secret]);
  for (const form of ['wörd', 'w%C3%B6rd', Buffer.from(secret).toString('base64').slice(0, 8), Buffer.from(secret).toString('hex')]) expect(clean).not.toContain(form);
  expect(clean.split('[redacted:held]')).toHaveLength(7);
});

test('[P8] of two held secrets, one inside the other, nothing is left of either', () => {
  expect(redact('the secret is horsebattery', ['horse', 'horsebattery'])).toBe('the secret is [redacted:held]');
});

test('JSON text stays JSON text', () => {
  const value = { a: join('gh', 'p_', letters, 'abcd'), b: 'password: hunter2"quoted', c: ['Bearer abcdefghijklmnopqrst'] };
  expect(() => JSON.parse(redact(JSON.stringify(value), [])) as unknown).not.toThrow();
});

test('ordinary text stays as it is', () => {
  for (const text of ['read the password policy', 'const token = next();', 'https://example.com:8080/a@b', 'basic research', 'task-force-one-two-three-four', 'sha256: 9f86d081884c7d65']) {
    expect(redact(text, ['abc', ''])).toBe(text);
  }
});

test('takes time in proportion to the text, whatever the text is', () => {
  for (const text of ['-----BEGIN PRIVATE KEY', '://a:', 'password ', 'eyJaaaaaaaa.', 'authorization: ', 'bearer    ', 'secret_', 'sk-']) {
    const started = performance.now();
    redact(text.repeat(400_000 / text.length), []);
    expect(performance.now() - started).toBeLessThan(2_000);
  }
});
