/**
 * What the tests of mutated parts use of vitest, without its start: vitest takes two seconds to begin anew, and that for
 * each of thousands of mistakes. A bundle of tests that has this in vitest's place (bundle-tests.mjs) exports `tests`, and
 * the runner (runner.mjs) runs them in its own process. `expect` and `vi` are vitest's own.
 *
 * @typedef {object} Group a file or a `describe`
 * @property {string} name
 * @property {Group | undefined} outer
 * @property {Record<'beforeAll' | 'beforeEach' | 'afterEach' | 'afterAll', (() => unknown)[]>} hooks
 *
 * @typedef {object} Test
 * @property {string} id the names of its groups and its own; no two tests have the same
 * @property {Group} group
 * @property {() => unknown} run
 * @property {number} timeout in milliseconds
 *
 * @typedef {(name: string, ...rest: any[]) => void} Add with the function, and options in front of it
 * @typedef {Add & { each(rows: readonly unknown[]): Add, runIf(so: boolean): Add, skipIf(so: boolean): Add }} AddWithForms
 */
export { expect, vi } from 'vitest';

/** @type {Test[]} as they are found while the bundle loads */
export const tests = [];

/** A test that waits for ever because of a mistake has found it. As in vitest. */
const defaultTimeout = 5_000;

const newGroup = (name, outer) => ({ name, outer, hooks: { beforeAll: [], beforeEach: [], afterEach: [], afterAll: [] } });
let current = newGroup('', undefined);
const taken = new Set();

function addTest(name, ...rest) {
  const run = rest.find((each) => typeof each === 'function');
  const { timeout = defaultTimeout } = rest.find((each) => typeof each === 'object') ?? {};
  const path = [name];
  for (let group = current; group.outer; group = group.outer) path.unshift(group.name);
  let id = path.join(' > ');
  for (let again = 2; taken.has(id); again++) id = `${path.join(' > ')} (${again})`;
  taken.add(id);
  tests.push({ id, group: current, run, timeout });
}

function addGroup(name, fill) {
  const outer = current;
  current = newGroup(name, outer);
  try {
    fill();
  } finally {
    current = outer;
  }
}

/**
 * The rest of vitest's forms: one for each row, and only where something is so.
 *
 * @param {Add} add
 * @returns {AddWithForms}
 */
const withForms = (add) =>
  Object.assign(add, {
    each: (rows) => (name, ...rest) => {
      for (const [index, row] of rows.entries()) {
        const values = Array.isArray(row) ? row : [row];
        add(`${name} #${index}`, ...rest.map((each) => (typeof each === 'function' ? () => each(...values) : each)));
      }
    },
    runIf: (so) => (so ? add : () => undefined),
    skipIf: (so) => (so ? () => undefined : add),
  });

export const it = withForms(addTest);
export const test = it;
export const describe = withForms(addGroup);

/** @param {() => unknown} run */
export const beforeAll = (run) => void current.hooks.beforeAll.push(run);
/** @param {() => unknown} run */
export const beforeEach = (run) => void current.hooks.beforeEach.push(run);
/** @param {() => unknown} run */
export const afterEach = (run) => void current.hooks.afterEach.push(run);
/** @param {() => unknown} run */
export const afterAll = (run) => void current.hooks.afterAll.push(run);
