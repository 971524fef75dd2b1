/**
 * Runs a part's tests for Stryker in the process that Stryker starts for it (plug-in "in-process"). For each mistake the
 * bundle is loaded anew, so that nothing is left of the one before; the quickest tests come first, and the first that
 * fails is enough. What hangs is ended by Stryker, process and all.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import vm from 'node:vm';
import * as vitest from 'vitest';

/** Where the code with the mistakes and its tests meet: which mistake is made, and who ran what. */
const stryker = (globalThis.__stryker__ ??= {});
/** As Stryker counts them. */
const success = 0;
const skipped = 2;
/** For what is put away behind all tests, in milliseconds. */
const lastHook = 15_000;

export class InProcessRunner {
  #logger;
  #bundle;
  /** Compiled once; what it makes when it runs is let go of, as no ES module ever is. */
  #script;
  /** Milliseconds that a test took when it last passed here. */
  #times = new Map();
  /** Told of an error that no test caught. */
  #stray = () => undefined;
  #onStray = (error) => this.#stray(error);

  static inject = ['logger'];

  /**
   * @param {{ warn(message: string): void }} logger
   * @param {string} [bundle] made by bundle-tests.mjs, in Stryker's copy of the project
   */
  constructor(logger, bundle = 'test/mutation.test.cjs') {
    this.#logger = logger;
    this.#bundle = bundle;
  }

  async init() {
    // vitest's fake clocks ask for the settings of a run; there are none.
    globalThis.__vitest_worker__ ??= { config: { fakeTimers: {} } };
    process.env.VITEST = '1';
    process.on('uncaughtException', this.#onStray);
    process.on('unhandledRejection', this.#onStray);
  }

  /** A mistake that is made while loading can be tried. */
  capabilities() {
    return { reloadEnvironment: true };
  }

  /** @returns {Promise<{ status: string, tests: { id: string, name: string, status: number }[], mutantCoverage: unknown }>} */
  async dryRun() {
    stryker.activeMutant = undefined;
    stryker.mutantCoverage = { static: {}, perTest: {} };
    const tests = [];
    const leftOut = [];
    // Each with everything loaded anew: what is worked out once and kept would else be the first test's alone.
    for (const { id } of await this.#load()) {
      const [{ ms, error }] = await this.#run((await this.#load()).filter((each) => each.id === id));
      tests.push({ id, name: id, timeSpentMs: ms, status: error ? skipped : success });
      if (!error) continue;
      // What fails without any mistake notices none; on a crowded machine that may be a test of how long something takes.
      leftOut.push(id);
      this.#logger.warn(`Left out, since it fails without a mistake: ${id}: ${wordsOf(error)}`);
    }
    await writeFile(this.#leftOutFile, JSON.stringify(leftOut));
    return { status: 'complete', tests, mutantCoverage: stryker.mutantCoverage };
  }

  /**
   * @param {{ activeMutant: { id: string }, mutantActivation: string, testFilter?: string[], hitLimit?: number }} options
   * @returns {Promise<{ status: string, [more: string]: unknown }>}
   */
  async mutantRun({ activeMutant, mutantActivation, testFilter, hitLimit }) {
    stryker.mutantCoverage = undefined;
    stryker.hitCount = hitLimit === undefined ? undefined : 0;
    stryker.hitLimit = hitLimit;
    stryker.activeMutant = mutantActivation === 'static' ? activeMutant.id : undefined;
    const leftOut = new Set(JSON.parse(await readFile(this.#leftOutFile, 'utf8').catch(() => '[]')));
    let tests;
    try {
      tests = (await this.#load()).filter(({ id }) => !leftOut.has(id));
    } catch (error) {
      // That nothing loads is noticed.
      return { status: 'killed', killedBy: [], failureMessage: wordsOf(error), nrOfTests: 0 };
    }
    stryker.activeMutant = activeMutant.id;
    const wanted = testFilter && new Set(testFilter);
    const results = await this.#run(wanted ? tests.filter(({ id }) => wanted.has(id)) : tests);
    stryker.activeMutant = undefined;
    if (hitLimit !== undefined && stryker.hitCount > hitLimit) return { status: 'timeout', reason: `Went through here more than ${hitLimit} times.` };
    const killer = results.find(({ error }) => error);
    const nrOfTests = results.length;
    return killer ? { status: 'killed', killedBy: [killer.id], failureMessage: wordsOf(killer.error), nrOfTests } : { status: 'survived', nrOfTests };
  }

  async dispose() {
    process.off('uncaughtException', this.#onStray);
    process.off('unhandledRejection', this.#onStray);
  }

  /** For the processes that come after the one of the dry run. */
  get #leftOutFile() {
    return path.resolve(`${this.#bundle}.left-out.json`);
  }

  async #load() {
    const file = path.resolve(this.#bundle);
    const importModuleDynamically = vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER;
    this.#script ??= new vm.Script(`(function (exports, module, require) {${await readFile(file, 'utf8')}\n})`, { filename: file, importModuleDynamically });
    const module = { exports: {} };
    const require = createRequire(file);
    this.#script.runInThisContext()(module.exports, module, (name) => (name === 'vitest' ? vitest : require(name)));
    return module.exports.tests;
  }

  /** @returns {Promise<{ id: string, ms: number, error?: unknown }[]>} up to the first that fails */
  async #run(tests) {
    const begun = new Set();
    const results = [];
    const timeOf = ({ id }) => this.#times.get(id) ?? 0;
    for (const test of tests.toSorted((a, b) => timeOf(a) - timeOf(b))) {
      const since = performance.now();
      const error = await this.#runOne(test, begun);
      const ms = performance.now() - since;
      results.push({ id: test.id, ms, ...(error !== undefined && { error }) });
      if (error !== undefined) break;
      this.#times.set(test.id, ms);
    }
    for (const group of begun) for (const hook of group.hooks.afterAll) await failureOf(hook, lastHook);
    return results;
  }

  /** @returns {Promise<unknown>} what went wrong, undefined for nothing */
  async #runOne({ id, group, run, timeout }, begun) {
    const groups = [];
    for (let each = group; each; each = each.outer) groups.unshift(each);
    const hooks = (name, among = groups) => among.flatMap((each) => each.hooks[name]);
    const stray = new Promise((resolve) => (this.#stray = resolve));
    const fresh = groups.filter((each) => !begun.has(each));
    for (const each of fresh) begun.add(each);
    let error;
    const steps = async (list) => {
      for (const step of list) error ??= await Promise.race([failureOf(step, timeout), stray]);
    };
    // What is prepared once is no single test's doing.
    await steps(hooks('beforeAll', fresh));
    stryker.currentTestId = id;
    await steps([...hooks('beforeEach'), run]);
    for (const step of hooks('afterEach', groups.toReversed())) {
      const late = await failureOf(step, timeout);
      error ??= late;
    }
    stryker.currentTestId = undefined;
    return error;
  }
}

/** @returns {Promise<unknown>} undefined when it ended well and in time */
async function failureOf(step, timeout) {
  let timer;
  const late = new Promise((resolve) => (timer = setTimeout(() => resolve(new Error(`Takes more than ${timeout} ms.`)), timeout)));
  try {
    return await Promise.race([Promise.resolve().then(step).then(() => undefined), late]);
  } catch (error) {
    return error ?? new Error('Failed.');
  } finally {
    clearTimeout(timer);
  }
}

const wordsOf = (error) => (error instanceof Error ? error.message : String(error));

export const strykerPlugins = [{ kind: 'TestRunner', name: 'in-process', injectableClass: InProcessRunner }];
