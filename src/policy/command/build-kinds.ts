import { checkPath, climbs, matching, notListed, readable, together, type Finding, type ValueKind } from './value-kind.js';

/**
 * A word for the script itself. npm before version 7 hands it to a shell inside double quotes, so nothing may be in it
 * that a shell expands there; what looks like a path stays in the workspace.
 */
export const scriptWord: ValueKind = {
  called: 'text without "$" and backticks, and no path outside of the workspace',
  async check(value, context): Promise<Finding> {
    if (/[$`]/.test(value)) return { refusal: notListed(value, this.called) };
    const path = value.replace(/^--?[\w-]+=/, '');
    return /[/\\]|^\.|^~|^[A-Za-z]:/.test(path) && !/\s/.test(path) ? checkPath(path, 'write', context) : {};
  },
};

/** A script of package.json, without those that npm and packages run by themselves. */
export const scriptName = matching(
  /^(?!(?:pre|post)(?:install|uninstall|pack|publish|prepare|version|test|start|stop|restart)$)(?!(?:install|uninstall|prepare|prepublish|prepublishOnly|prepack|postpack|publish|dependencies|version)$)[\p{L}\p{N}_][\p{L}\p{N}_.:-]*$/u,
  'the name of a script that is not a life-cycle script',
);

const makeText = /^[\p{L}\p{N}_ ./,:+=@%-]*$/u;
const makeVariables = new Set(['PREFIX', 'DESTDIR', 'BUILDDIR', 'BUILD_DIR', 'OUTDIR', 'O', 'CFLAGS', 'CXXFLAGS', 'CPPFLAGS', 'V', 'VERBOSE', 'DEBUG', 'RELEASE', 'NDEBUG', 'BUILD', 'CONFIG', 'MODE', 'TARGET', 'ARCH', 'TEST', 'TESTS', 'VERSION']);
const folderVariables = new Set(['PREFIX', 'DESTDIR', 'BUILDDIR', 'BUILD_DIR', 'OUTDIR', 'O']);
/** Compiler flags that load or start something else. */
const loads = /(?:^|\s)-(?:fplugin|wrapper|B|specs|iplugindir|include|imacros|Xclang|load)/;

/**
 * A target, or `NAME=value` for a variable that only tunes. make expands `$(…)` in values and hands them to a shell in
 * its recipes, so neither may hold anything that a shell acts on.
 */
export const makeGoal: ValueKind = {
  called: 'a target, or one of the listed variables with a plain value',
  async check(value, context): Promise<Finding> {
    // Behind `-j` make takes a word of digits for the number of jobs, and with too many it never ends.
    if (/^\d{4,}$/.test(value)) return { refusal: notListed(value, 'a target, or a number of jobs up to 999') };
    if (!makeText.test(value)) return { refusal: notListed(value, 'made of plain characters, since make hands it to a shell') };
    const [, variable, content = ''] = /^([^=]*)=(.*)$/s.exec(value) ?? [];
    if (variable === undefined) return leads(value) ? checkPath(value, 'write', context) : {};
    if (!makeVariables.has(variable) || loads.test(content)) return { refusal: notListed(value, this.called) };
    if (folderVariables.has(variable)) return checkPath(content, 'write', context);
    const seen: Finding[] = [];
    for (const part of content.split(/\s+/)) {
      const path = part.replace(/^-[A-Za-z]/, '');
      if (!leads(path)) continue;
      const finding = await checkPath(path, 'read', context);
      if (finding.refusal) return finding;
      seen.push(finding);
    }
    return together(seen);
  },
};

/** A word with a folder in it: make looks there, and a link in the workspace may lead out of it. */
const leads = (word: string): boolean => climbs(word) || word.includes('/');

/** `./...`, `./cmd/app`, or an import path. */
export const goPackage: ValueKind = {
  called: 'a package of the workspace',
  check(value, context) {
    if (!/^[\p{L}\p{N}_./-]+$/u.test(value) || value.startsWith('-')) return { refusal: notListed(value, this.called) };
    // `...` alone and `./...` start here; `/...` is the whole disk.
    const folder = value.replace(/(?<=.)\/\.\.\.$|^\.\.\.$/, '');
    return folder === '' ? readable.check('.', context) : readable.check(folder, context);
  },
};

/** A file to compile; `@file` would bring in arguments that nobody sees. */
export const sourceFile: ValueKind = {
  called: 'a source file in the workspace',
  check(value, context) {
    return value.startsWith('@') ? { refusal: notListed(value, this.called) } : readable.check(value, context);
  },
};

/** `path/test_a.py::TestX::test_y[param]`. */
export const pytestNode: ValueKind = {
  called: 'a test file, folder or node in the workspace',
  check: (value, context) => sourceFile.check(value.split('::')[0] ?? '', context),
};

/** The names, `and`, `or`, `not` and parentheses of `-k` and `-m`. Old versions evaluate it as Python, so no quotes and no calls. */
export const pytestExpression = matching(/^(?:(?<![\p{L}\p{N}_)\]])\(|[\p{L}\p{N}_\s.:\-[\]/+)])*$/u, 'names joined by and, or, not');
