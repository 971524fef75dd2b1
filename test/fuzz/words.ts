import { layout } from './layout.js';

/** Names in the prepared workspace, and spellings of places that are out of bounds. */
export const paths = [
  '.', 'src', 'src/', 'src/a.ts', './src/b.ts', 'src//a.ts', 'src/../README.md', 'README.md', 'docs/user guide.md', 'My Folder', 'data.csv', 'names.txt', 'Makefile', '-dash.txt', 'a*b', '[x]', '{a,b}', 'it\'s', 'say "hi"', 'back\\slash', 'ünï.txt', 'deep/er', 'new.txt', 'missing/x',
  '.env', '.ENV', 'src/../.env', './.env', 'deep/.env.local', 'config/id_rsa', 'config', 'server.pem', 'credentials.json', '.ssh/known', '.ssh', 'innocent.txt', 'link-out', 'link-out/secret.txt', 'link-file', '.git', '.git/config', '.git/hooks', '.git/HEAD', '.vscode/settings.json', '.axon/policy.json', '.gitattributes', 'vendor/lib', 'bare.git', 'bare.git/config',
  '..', '../outside/secret.txt', 'src/../../outside/secret.txt', layout.workspace, `${layout.workspace}/src`, layout.outside, `${layout.outside}/secret.txt`, '/etc/passwd', '/proc/self/environ', '/dev/stdin', '/', '~', '~/.netrc', '-', '@args', 'file:///etc/passwd', 'C:\\x', '//server/share', 'src/a.ts:1', 'src/a.ts,README.md',
] as const;

/** Stand for the id of an object that holds a secret, whole and short: `git ls-files --stage` tells such ids. */
export const secretObject = { whole: 'SECRET-OBJECT', short: 'SHORT-SECRET-OBJECT' } as const;

/** Names of commits, ranges, and files of commits. */
export const revisions = [
  'HEAD', 'HEAD~1', 'HEAD^', '@', '@{1}', 'main', 'other', 'v1', 'main..other', 'main...other', 'HEAD~2..', '^main', 'stash@{0}', 'HEAD@{1}', '@{u}', ':/first', 'HEAD^{/first}', 'HEAD^{tree}', 'HEAD^{}', '-', 'feature/x', 'refs/heads/main', 'refs/stash', 'MERGE_HEAD',
  'HEAD:src/a.ts', 'HEAD:.env', 'HEAD:./.env', 'HEAD~1:config/id_rsa', 'HEAD:', 'HEAD:src', ':.env', ':0:.env', ':0:src/a.ts', 'other:.ENV', 'HEAD:innocent.txt', 'main:deep/../.env', 'stash@{0}:.env', 'HEAD:../outside/secret.txt', '@:.env', 'HEAD^{tree}:.env', secretObject.whole, secretObject.short, `${secretObject.whole}^{blob}`, `HEAD..${secretObject.short}`, `main:${secretObject.whole}`,
] as const;

export const pathspecs = ['*.ts', 'src/*', '**/*.env', '*', ':!src', ':(exclude).env', ':^src', ':/', ':/.env', ':(top)', ':(top,glob)**', ':(icase).ENV', ':(attr:x)*', ':(glob)**/.env', '.e[n]v', '.en?', ':(literal)a*b', ':', '../outside', ':(exclude,top)x', ':!!.env', ':!:/src', ':(exclude)', ':(prefix:0).env', '.ax*', '.a?on/policy.json', '.axon', ':!.axon', '.vscod[e]/*', '*.gi[t]/config', '.*'] as const;

export const texts = [
  'TODO', 'x', '', ' ', 'a b', 'foo|bar', '^x$', '.*', '.', '[a-z]+', '\\w+', '%s', '%n %s', '%H', '%x00', '%G?', '%(trailers)', 'two weeks ago', '2026-01-01', 'A <a@example.invalid>', "it's", 'say "hi"', '$HOME', '$(id)', '`id`', '~', '!!', '#x', '*', '?', '{a,b}', '{1..3}', '<x>', '>x', '&', ';', '|', '=x', 'a=b', '\\', '\\\\', '\n', 'two\nlines', '\t', '@x', '%', '+%F', '+5', '-1', '--', '-x', '--help', '--exec=x', 'é', '\u00a0', '日本', '\u200b',
  `$(${layout.trap} text)`, `\`${layout.trap} text\``, `;${layout.trap} text`, `|${layout.trap} text`, layout.trap, `!${layout.trap} text`, `$(shell ${layout.trap} make)`, `V=;${layout.trap} make`, `ext::${layout.trap} ext`,
] as const;

export const numbers = ['0', '1', '2', '5', '10', '+3', '-3', '100', '1k', '0x10', '1e3', '99999999999', '1,2', '10,20', '3.5', '٣'] as const;
export const names = ['main', 'x', 'ts', 'never', 'always', 'auto', 'none', 'path', 'size', 'all', 'no', 'normal', 'v1', 'v2', 'json', 'iso', 'short', 'oneline', 'format:%h', 'patience', 'HEAD', 'all-tests', 'fix/1', 'f', 'd', 'f,d', 'sh'] as const;
/** Programs that are on no list, for words in front. */
export const programs = ['sh', 'bash', 'env', 'sudo', 'xargs', 'rm', 'touch', 'python3', 'perl', 'awk', 'sed', 'tee', 'eval', 'exec', 'source', '.', 'command', 'builtin', 'time', '!', 'coproc', 'test', '[', '[[', 'printf', 'read', 'cd', './git', 'bin/cat', layout.trap] as const;
/** What a shell, a terminal or a parser may take for something else than it looks like. */
export const nasty = [
  "'", '"', '\\', '$', '`', '\n', '\r', '\v', '\f', '\t', ' ', '\0', '\x01', '\x1b', '\x7f', '\u0085', '\u00a0', '\u1680', '\u2003', '\u2028', '\u3000', '\u200b', '\u202e', '\ufeff', '\u{e0041}', '{', '}', '*', '?', '[', ']', '(', ')', '=', '~', '!', '#', '<', '>', '|', '&', ';', '^', '%', '@', '+', ',', ':', '-', '/', '.', '$(', '${', '$((', "$'", '$"', '&&', '||', '|&', '>>', '<<', '<<<', '<(', '>&2', '2>', '\\\n', '..', '--', '-', '{a,b}', '~/', '..=', 'é', '\ud83d\ude00',
] as const;
