import { describe, expect, it } from 'vitest';
import { goPackage, makeGoal, pytestExpression, pytestNode, scriptName, scriptWord, sourceFile } from '../../../../src/policy/command/build-kinds.js';
import type { ValueKind } from '../../../../src/policy/command/value-kind.js';
import { recordingPaths } from './recording-paths.js';

async function judge(kind: ValueKind, value: string) {
  const paths = recordingPaths();
  const { refusal } = await kind.check(value, { paths, base: '/w' });
  return { rule: refusal?.rule, reason: refusal?.reason, asked: paths.asked };
}
const fine = { rule: undefined, asked: [] };

describe('[P12] a word for a script', () => {
  it('holds nothing that a shell expands inside of quotes', async () => {
    for (const value of ['$HOME', 'a`id`', '--x=$(id)']) expect(await judge(scriptWord, value), value).toMatchObject({ rule: 'command.argument-not-listed', asked: [] });
    expect((await judge(scriptWord, '$x')).reason).toContain('text without');
  });

  it('stays in the workspace where it looks like a path, behind a flag too', async () => {
    expect(await judge(scriptWord, 'a/b')).toMatchObject({ asked: ['write a/b'] });
    expect(await judge(scriptWord, '--out=a/b')).toMatchObject({ asked: ['write a/b'] });
    expect(await judge(scriptWord, '-o=a/b')).toMatchObject({ asked: ['write a/b'] });
    for (const value of ['.', '.x', '~', 'a\\b', 'C:x', 'x-o=/b']) expect((await judge(scriptWord, value)).asked, value).toEqual([`write ${value}`]);
    expect(await judge(scriptWord, '--out=secret/x')).toMatchObject({ rule: 'path.sensitive' });
  });

  it('is text otherwise', async () => {
    for (const value of ['x', 'a b/c', 'a.b', 'x~', '--watch', '--out=x', 'Ca:x', 'xC:y', '']) expect(await judge(scriptWord, value), value).toMatchObject(fine);
  });
});

describe('[P12] the name of a script', () => {
  it('is none that npm runs by itself', async () => {
    for (const value of ['test', 'build', 'build:prod', 'my_script.x-1', 'start', 'pretest2', 'installer', 'preview', 'ä', '_x', '0']) expect((await judge(scriptName, value)).rule, value).toBeUndefined();
    for (const value of ['preinstall', 'postinstall', 'preuninstall', 'prepack', 'postpack', 'prepublish', 'prepublishOnly', 'postpublish', 'preprepare', 'postprepare', 'preversion', 'pretest', 'posttest', 'prestart', 'poststop', 'prerestart', 'install', 'uninstall', 'prepare', 'publish', 'dependencies', 'version', '-x', '.x', 'a/b', 'a b', '', 'a$b']) expect((await judge(scriptName, value)).rule, value).toBe('command.argument-not-listed');
  });
});

describe('[P12] a goal of make', () => {
  it('is a target, or a number of jobs that ends', async () => {
    for (const value of ['all', 'x@y%z', '999', 'a b', '12345x', 'x12345']) expect(await judge(makeGoal, value), value).toMatchObject(fine);
    for (const value of ['1000', '99999']) expect(await judge(makeGoal, value), value).toMatchObject({ rule: 'command.argument-not-listed', reason: `"${value}" is not allowed here; it has to be a target, or a number of jobs up to 999.` });
  });

  it('holds nothing that make or its shell acts on', async () => {
    for (const value of ['$(id)', 'a;b', 'a|b', 'a`b', "a'b", 'a"b', 'a\nb', 'a&b', 'V=$x', 'V=a\\b', 'V=(x)']) expect((await judge(makeGoal, value)).reason, value).toContain('plain characters');
  });

  it('that climbs is asked about as written', async () => {
    expect(await judge(makeGoal, 'a/b.o')).toMatchObject({ asked: ['write a/b.o'] });
    expect(await judge(makeGoal, 'CFLAGS=-Ia/b -O2 -I../x')).toMatchObject({ rule: 'path.outside-workspace', asked: ['read a/b', 'read ../x'] });
    expect(await judge(makeGoal, '../x')).toMatchObject({ rule: 'path.outside-workspace', asked: ['write ../x'] });
    expect(await judge(makeGoal, '/w/x')).toMatchObject({ rule: undefined, asked: ['write /w/x'] });
  });

  it('sets listed variables only', async () => {
    for (const value of ['V=1', 'CFLAGS=-O2 -Wall', 'TARGET=a=b', 'DEBUG=']) expect(await judge(makeGoal, value), value).toMatchObject(fine);
    for (const value of ['SHELL=x', 'CC=x', 'X=1', '=x', 'V2=1', 'v=1']) expect(await judge(makeGoal, value), value).toMatchObject({ rule: 'command.argument-not-listed', asked: [] });
    expect((await judge(makeGoal, 'CC=x')).reason).toContain('listed variables');
  });

  it('writes to folders of the workspace, and reads there', async () => {
    for (const name of ['PREFIX', 'DESTDIR', 'BUILDDIR', 'BUILD_DIR', 'OUTDIR', 'O']) {
      expect(await judge(makeGoal, `${name}=out`)).toMatchObject({ rule: undefined, asked: ['write out'] });
      expect(await judge(makeGoal, `${name}=secret`)).toMatchObject({ rule: 'path.sensitive' });
    }
    expect(await judge(makeGoal, 'CFLAGS=-O2 -I../x')).toMatchObject({ rule: 'path.outside-workspace', asked: ['read ../x'] });
    expect(await judge(makeGoal, 'CFLAGS=-L/etc  -O2')).toMatchObject({ asked: ['read /etc'] });
    expect(await judge(makeGoal, 'MODE=/secret/x')).toMatchObject({ asked: ['read /secret/x'] });
  });

  it('loads nothing into the compiler', async () => {
    for (const flag of ['-fplugin=x', '-wrapper x', '-B.', '-specs=x', '-iplugindir=x', '-include x', '-imacros x', '-Xclang x', '-load x']) {
      expect((await judge(makeGoal, `CFLAGS=${flag}`)).rule, flag).toBe('command.argument-not-listed');
      expect((await judge(makeGoal, `CFLAGS=-O2 ${flag}`)).rule, flag).toBe('command.argument-not-listed');
    }
    expect((await judge(makeGoal, 'CFLAGS=-O2-Bx')).rule).toBeUndefined();
  });
});

describe('[P12] what is built and tested', () => {
  it('is a package of the workspace, with all below it', async () => {
    for (const [value, folder] of [['./...', '.'], ['...', '.'], ['./cmd/app', './cmd/app'], ['cmd/...', 'cmd'], ['example.com/x', 'example.com/x'], ['a...', 'a...'], ['.../a', '.../a'], ['/...', '/...']] as const) expect((await judge(goPackage, value)).asked, value).toEqual([`read ${folder}`]);
    for (const value of ['-x', 'a b', 'a$b', '', 'a;b', '@x']) expect(await judge(goPackage, value), value).toMatchObject({ rule: 'command.argument-not-listed', asked: [] });
    expect((await judge(goPackage, '-x')).reason).toContain('a package of the workspace');
  });

  it('is a file, never a list of arguments', async () => {
    expect(await judge(sourceFile, 'a.ts')).toMatchObject({ rule: undefined, asked: ['read a.ts'] });
    expect(await judge(sourceFile, '@a')).toMatchObject({ rule: 'command.argument-not-listed', asked: [] });
    expect((await judge(sourceFile, '@a')).reason).toContain('a source file');
    expect(await judge(sourceFile, 'a@b')).toMatchObject({ asked: ['read a@b'] });
  });

  it('is the file in front of the name of a test', async () => {
    expect((await judge(pytestNode, 'tests/a.py::TestX::test_y[1]')).asked).toEqual(['read tests/a.py']);
    expect(await judge(pytestNode, '@a::b')).toMatchObject({ rule: 'command.argument-not-listed' });
    expect(await judge(pytestNode, '../a.py::b')).toMatchObject({ rule: 'path.outside-workspace' });
  });

  it('is chosen by names alone, without calls and quotes', async () => {
    for (const value of ['a and not (b or c)', 'test_x[1-2]', 'a.b:c', '((a))', '', 'a/b+c']) expect((await judge(pytestExpression, value)).rule, value).toBeUndefined();
    for (const value of ['f(x)', 'f (x)"', '__import__(a)', "a'b", 'a"b', 'a[0](b)', '(a)(b)', 'a;b', 'a,b']) expect((await judge(pytestExpression, value)).rule, value).toBe('command.argument-not-listed');
  });
});
