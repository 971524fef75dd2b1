import { describe, expect, test } from 'vitest';
import { redact } from '../../../../src/audit/redact/redact.js';

/** Put together here, so that no scanner takes this file for a leak. */
const join = (...parts: readonly string[]): string => parts.join('');
const letters = 'aB3dE5gH7jK9mN1pQ2sT4vW6xY8zA0cD';

describe('[P8] known shapes of secrets are taken out', () => {
  const shapes: readonly (readonly [name: string, secret: string])[] = [
    ['github-token', join('gh', 'p_', letters, 'abcd')],
    ['github-token', join('github', '_pat_', letters)],
    ['github-token', join('gh', 's_', '123456_', 'ey', 'JhbGciOiJIUzI1NiJ9', '.', 'ey', 'JzdWIiOiIxMjM0In0', '.', letters)],
    ['gitlab-token', join('gl', 'pat-', letters.slice(0, 20))],
    ['gitlab-token', join('gl', 'pat-', letters.slice(0, 27), '.01.', letters.slice(0, 9))],
    ['gitlab-token', join('gl', 'rt-', letters.slice(0, 20))],
    ['slack-token', join('xo', 'xb-', '123456789012-', letters)],
    ['slack-token', join('xo', 'xe.', 'xo', 'xp-1-', letters)],
    ['slack-token', join('xo', 'xd-', letters, '%2B', letters)],
    ['aws-token', join('IQoJb3JpZ2lu', 'X2VjEA', letters, letters)],
    ['azure-key', join('a1B', '8', 'Q~', letters)],
    ['azure-key', join(letters, letters.slice(0, 20), 'JQ', 'QJ99', letters)],
    ['google-key', join('GOC', 'SPX-', letters)],
    ['google-key', join('AQ', '.Ab', '8', letters)],
    ['docker-token', join('dckr', '_pat_', letters)],
    ['databricks-token', join('da', 'pi', '0123456789abcdef0123456789abcdef')],
    ['vault-token', join('hv', 's.', letters)],
    ['twilio-key', join('S', 'K', '0123456789abcdef0123456789abcdef')],
    ['age-key', join('AGE-SECRET', '-KEY-1', letters.toUpperCase(), 'QPZRY9X8GF')],
    ['api-key', join('xa', 'i-', letters)],
    ['api-key', join('AT', 'ATT', letters)],
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
    ['NPM_TOKEN=abcdefgh1234 npm publish', 'NPM_TOKEN=[redacted:assignment] npm publish'],
    ['curl -u me:hunter2 https://example.com', 'curl -u me:[redacted:argument] https://example.com'],
    ['deploy --api-key hunter2 --dry-run', 'deploy --api-key [redacted:argument] --dry-run'],
    ['["deploy","--password","hunter2"]', '["deploy","--password","[redacted:argument]"]'],
    ['https://x.blob.example/a?sv=2&sig=abc%2Fdef%3D&se=1', 'https://x.blob.example/a?sv=2&sig=[redacted:url-token]&se=1'],
    ['Set-Cookie: sid=0123456789; Path=/', 'Set-Cookie: [redacted:cookie]'],
    ['{"SecretAccessKey":"abc/def","SessionToken":"hunter2"}', '{"SecretAccessKey":"[redacted:assignment]","SessionToken":"[redacted:assignment]"}'],
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
  for (const text of ['read the password policy', 'const token = next();', 'https://example.com:8080/a@b', 'basic research', 'task-force-one-two-three-four', 'sha256: 9f86d081884c7d65', 'docker run -u 1000:1000 --token-file x', 'PRIMARY_KEY=id', 'https://example.com/?page=2&sort=key', 'let SK = 5', 'Cookie: yes']) {
    expect(redact(text, ['abc', ''])).toBe(text);
  }
});

/** What makes a careless pattern try everything from everywhere; a run that is not linear ends in the test's time limit. */
const hostile = [
  '-----BEGIN PRIVATE KEY', '-----BEGIN PRIVATE KEY-----', '://a:', 'password ', 'password=', 'eyJaaaaaaaa.', '-eyJ', 'authorization: ', 'bearer    ', 'secret_', 'sk-', 'a', 'a ', ' ',
  '\\', '\\u0061', '%41', '%', '%25', '&', '&#', '&amp;', '"', '\n', '0x41 ', '8Q~', 'JQQJ9', 'MNO', 'xox', '-u a:', '--token ', 'TOKEN=', '?sig=', 'cookie: a', 'Private-Lines: 1', 'ghs_', 'dp.pt.', '/w==', '世界', 'hunter2hunter2',
];

test('takes time in proportion to the text, whatever the text is', { timeout: 60_000 }, () => {
  const held = ['hunter2hunter2', 'pa"ss\\wörd/?=1', Buffer.alloc(32, 7).toString('base64'), Buffer.alloc(32, 9).toString('hex')];
  const times = hostile.map((piece) => {
    const text = piece.repeat(Math.ceil(250_000 / piece.length));
    const before = process.cpuUsage();
    redact(text, held);
    const { user, system } = process.cpuUsage(before);
    return { piece, milliseconds: Math.round((4 * (user + system)) / 1_000) };
  });
  times.sort((a, b) => b.milliseconds - a.milliseconds);
  console.log(`redaction, for 1 MB of the worst texts: ${times.slice(0, 4).map(({ piece, milliseconds }) => `${JSON.stringify(piece)} ${milliseconds} ms`).join(', ')}`);
  expect(times).toHaveLength(hostile.length);
});
