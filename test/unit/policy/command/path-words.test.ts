import { describe, expect, it } from 'vitest';
import { checkPathWords } from '../../../../src/policy/command/path-words.js';
import { recordingPaths } from './recording-paths.js';

const there = { f: 'file', d: 'folder', 'd/f': 'file', '.f': 'file' } as const;

/** What the path guard was asked for reading, and the rule that refused. */
async function check(words: string | readonly string[], operation: 'read' | 'write' = 'read') {
  const paths = recordingPaths(there);
  const found = await checkPathWords(typeof words === 'string' ? [words] : words, operation, { paths, base: '/w' });
  return 'refused' in found ? { asked: paths.asked, refused: found.rule } : { asked: paths.asked, touched: found.touched.map((each) => `${each.operation} ${each.relative}`), warnings: found.warnings };
}
const asked = async (word: string): Promise<readonly string[]> => (await check(word)).asked.map((each) => each.replace('read ', ''));

describe('[P12] the words of a program that nothing is known about', () => {
  it('are asked about whole, and by each part that may be a path of its own', async () => {
    expect(await asked('a')).toEqual(['a']);
    expect(await asked('a=b')).toEqual(['a=b', 'b', 'a']);
    expect(await asked('a:b,c')).toEqual(['a:b,c', 'b,c', 'c', 'a', 'b']);
    expect(await asked('u@h;x')).toEqual(['u@h;x', 'h;x', 'x', 'u', 'h']);
    expect(await asked('@list')).toEqual(['@list', 'list']);
  });

  it('are asked about behind the letter of a flag, and where a path begins in one', async () => {
    expect(await asked('-Iinc')).toEqual(['inc']);
    expect(await asked('-Id/f')).toEqual(['-Id/f', 'd/f', '/f']);
    expect(await asked('-xf../x')).toContain('../x');
    expect(await asked('-o~/x')).toContain('~/x');
    expect(await asked('-o.git')).toContain('.git');
    expect(await asked('-o\\x')).toContain('\\x');
    expect(await asked('--out=d/f')).toContain('d/f');
  });

  it('are no paths where they are flags, dashes or nothing', async () => {
    for (const word of ['-', '--', '---', '', '-q', '--watch', '--a-b_c']) expect(await asked(word), word).toEqual([]);
    expect(await asked('a=')).toEqual(['a=', 'a']);
    expect(await asked('--x=f')).toEqual(['--x=f', 'f']);
  });

  it('are read and written where nothing says that they are only read', async () => {
    expect((await check('f', 'write')).asked).toEqual(['read f', 'write f']);
    expect((await check('f', 'write')).touched).toEqual(['read f', 'write f']);
    expect((await check('f')).touched).toEqual(['read f']);
  });

  it('touch what looks like a path or is there, and nothing else', async () => {
    expect((await check(['f', 'gone', 'gone/f', 'gone.ts', './gone', '.hidden', 'd=f'])).touched).toEqual(['read f', 'read gone/f', 'read ./gone', 'read .hidden', 'read f', 'read d']);
    expect((await check(['.', '...', '~x', 'a\\b'])).touched).toEqual(['read .', 'read ~x', 'read a\\b']);
    expect((await check('..')).refused).toBe('path.outside-workspace');
  });

  it('are addresses of the network where they say so, but never of files', async () => {
    expect(await check('https://example.com/secret/x')).toEqual({ asked: [], touched: [], warnings: [] });
    expect((await check('git+ssh://h/secret')).refused).toBeUndefined();
    for (const word of ['file:///etc/passwd', 'FILE://x']) expect((await check(word)).refused, word).toBe('path.outside-workspace');
    expect(await check('ssh+file://x/secret')).toEqual({ asked: [], touched: [], warnings: [] });
    expect((await check('x=https://h/../secret')).refused).toBeDefined();
    expect((await check('1://secret')).refused).toBe('path.sensitive');
  });

  it('stop at the first that is refused', async () => {
    expect(await check(['f', 'secret', 'd'])).toEqual({ asked: ['read f', 'read secret'], refused: 'path.sensitive' });
    expect((await check('--env-file=secret')).refused).toBe('path.sensitive');
    expect((await check('-esecret/x')).refused).toBe('path.sensitive');
  });

  it('may break the rules of how a path is written when they are no paths', async () => {
    const refusing = (rule: string) => ({ check: async () => ({ decision: { verdict: 'deny', risk: 'medium', rule, reason: 'No.' } as const }) });
    const words = async (word: string, rule: string) => 'refused' in (await checkPathWords([word], 'read', { paths: refusing(rule), base: '/w' }));
    for (const rule of ['path.alternate-stream', 'path.trailing-dot-or-space', 'path.backslash', 'path.bad-character', 'path.device-name', 'path.short-name', 'path.too-long', 'path.control-character', 'path.hidden-character', 'path.quoted', 'path.variable', 'path.url', 'path.empty']) {
      expect(await words('text', rule), rule).toBe(false);
      expect(await words('a/path', rule), rule).toBe(true);
    }
    for (const rule of ['path.sensitive', 'path.internal', 'path.outside-workspace', 'path.link-outside']) expect(await words('text', rule), rule).toBe(true);
  });

  it('tell each warning once', async () => {
    expect((await check(['config'], 'write')).warnings).toEqual([]);
    expect((await check(['./config', 'd/config', 'config'], 'write')).warnings).toEqual(['It can run code.', 'It starts by itself.']);
  });
});
