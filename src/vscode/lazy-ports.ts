import type { CommandGuard } from '../policy/command/command-guard.js';
import type { Guard } from '../policy/guard.js';
import type { RuleAccess } from '../policy/engine.js';
import type { PathChecker } from '../policy/path/path-check.js';
import type { RuleChecker } from '../policy/rules/rule-checker.js';
import type { RuleSource } from '../policy/rules/rule-layer.js';
import type { UrlSettings } from '../policy/url/check-url.js';
import type { Commands } from '../ports/commands.js';
import type { Files } from '../ports/files.js';
import type { Ports } from '../ports/ports.js';
import type { Results } from '../ports/results.js';
import type { Sandbox } from '../ports/sandbox.js';
import type { Web } from '../ports/web.js';
import type { ImagePins } from '../sandbox/known-image.js';
import { CurrentSandbox } from './current-sandbox.js';
import { dirtyDocuments } from './dirty-documents.js';
import { findRipgrep } from './find-ripgrep.js';
import { lazy } from './lazy.js';
import { settings } from './settings.js';
import { workspaceRoots } from './workspace-roots.js';

/**
 * Guards and ports that load their code when first used: a window that merely has Axon pays for none of them. Each
 * `import()` here becomes a part of its own in the bundle.
 */

export function lazyPathGuard(keepOut: readonly string[]): Guard<'path'> & PathChecker {
  const load = lazy(async () => (await import('../policy/path/path-guard.js')).createPathGuard({ roots: workspaceRoots, keepOut }));
  return {
    decide: async (subject, context) => (await load()).decide(subject, context),
    check: async (...given) => (await load()).check(...given),
  };
}

export function lazyCommandGuard(paths: PathChecker, locateWasm: (name: string) => string): { guard: Guard<'command'>; load: () => Promise<CommandGuard> } {
  const load = lazy(async () => (await import('../policy/command/command-guard.js')).createCommandGuard({ paths, locateWasm, userEntries: settings.allowedCommands }));
  return { guard: { decide: async (subject, context) => (await load()).decide(subject, context) }, load };
}

const webSettings = (): UrlSettings => ({ allowHosts: settings.allowHosts(), proxy: settings.webProxy() });

export function lazyUrlGuard(): Guard<'url'> {
  const load = lazy(async () => (await import('../policy/url/url-guard.js')).createUrlGuard({ settings: webSettings }));
  return { decide: async (subject, context) => (await load()).decide(subject, context) };
}

export function lazySearchGuard(): Guard<'search'> {
  const load = lazy(async () => (await import('../policy/url/search-guard.js')).createSearchGuard({ settings: settings.search }));
  return { decide: async (subject, context) => (await load()).decide(subject, context) };
}

/** Reads rules: loaded when there are some, and the grammar of commands when one is about a command. */
export function lazyRuleChecker(commandGuard: () => Promise<CommandGuard>, tools: readonly string[]): RuleChecker {
  const load = lazy(async () => (await import('../policy/rules/rule-checker.js')).createRuleChecker({ parse: async (command) => (await commandGuard()).parse(command), tools }));
  return { file: async (...given) => (await load()).file(...given), user: async (value) => (await load()).user(value) };
}

export function lazyRuleAccess(source: RuleSource, paths: PathChecker, commandGuard: () => Promise<CommandGuard>): RuleAccess {
  return {
    source,
    touchesOf: async (subjects, context) => {
      const [{ touchesOf }, commands] = await Promise.all([import('../policy/rules/touches-of.js'), commandGuard()]);
      return touchesOf(subjects, { paths, commands, search: settings.search }, context);
    },
  };
}

export interface LazyPortsOptions {
  readonly paths: PathChecker;
  readonly rules: RuleSource;
  readonly commandGuard: () => Promise<CommandGuard>;
  readonly trusted: () => boolean;
  readonly sandboxFolder: string;
  readonly imagePins: ImagePins;
  /** Where results of programs are kept. */
  readonly resultsFolder: string;
  /** The bundled thread that makes text of pages. */
  readonly htmlWorker: string;
  /** The API key of a search provider, by its id. */
  readonly searchKey: (provider: string) => Promise<string | undefined>;
}

export type ClosablePorts = Ports & {
  /** Kills and removes what runs. */
  readonly close: () => Promise<void>;
};

export function lazyPorts({ paths, rules, commandGuard, trusted, sandboxFolder, imagePins, resultsFolder, htmlWorker, searchKey }: LazyPortsOptions): ClosablePorts {
  let closed = false;
  const closing: (() => Promise<void>)[] = [];
  const closable = <T extends { dispose(): Promise<void> | void }>(load: () => Promise<T>): (() => Promise<T>) =>
    lazy(async () => {
      const loaded = await load();
      closing.push(async () => loaded.dispose());
      // What arrives after the end is ended at once.
      if (closed) await loaded.dispose();
      return loaded;
    });

  const files = lazy(async () => {
    const [{ createFiles }, { withPathRules }] = await Promise.all([import('../workspace/files.js'), import('../policy/rules/with-path-rules.js')]);
    return createFiles({ guard: withPathRules(paths, rules), roots: workspaceRoots, documents: dirtyDocuments, ripgrepPath: findRipgrep() });
  });
  const commands = closable(async () => {
    const ripgrep = findRipgrep();
    const { createCommands } = await import('../workspace/create-commands.js');
    return createCommands({ guard: await commandGuard(), roots: workspaceRoots, trusted, ...(ripgrep !== undefined && { programs: { rg: ripgrep } }) });
  });
  const sandboxes = new CurrentSandbox(async () => {
    const made = (await import('./editor-sandbox.js')).editorSandbox(sandboxFolder, imagePins);
    // What arrives after the end is ended at once.
    if (closed) await made.dispose();
    return made;
  });
  closing.push(async () => sandboxes.dispose());
  const results = lazy(async (): Promise<Results> => (await import('../sandbox/results-store.js')).createResultsStore(resultsFolder));
  const web = lazy(async () => {
    const [{ createWeb }, { createHtmlReader }] = await Promise.all([import('../http/create-web.js'), import('../http/html-reader.js')]);
    return createWeb({ settings: webSettings, search: settings.search, searchKey, readHtml: createHtmlReader({ workerFile: htmlWorker }) });
  });

  return {
    files: filesPort(files),
    commands: { run: async (...given: Parameters<Commands['run']>) => (await commands()).run(...given) },
    sandbox: sandboxPort(() => sandboxes.get()),
    results: {
      keep: async (...given) => (await results()).keep(...given),
      read: async (...given) => (await results()).read(...given),
      forget: async (...given) => (await results()).forget(...given),
    },
    web: {
      fetch: async (...given: Parameters<Web['fetch']>) => (await web()).fetch(...given),
      search: async (...given: Parameters<Web['search']>) => (await web()).search(...given),
    },
    close: async () => {
      closed = true;
      await Promise.all(closing.map((close) => close()));
    },
  };
}

function filesPort(load: () => Promise<Files>): Files {
  return {
    read: async (...given) => (await load()).read(...given),
    readBytes: async (...given) => (await load()).readBytes(...given),
    list: async (...given) => (await load()).list(...given),
    search: async (...given) => (await load()).search(...given),
    planWrite: async (...given) => (await load()).planWrite(...given),
    planEdit: async (...given) => (await load()).planEdit(...given),
    planCopy: async (...given) => (await load()).planCopy(...given),
    apply: async (...given) => (await load()).apply(...given),
  };
}

function sandboxPort(load: () => Promise<Sandbox>): Sandbox {
  return {
    run: async (...given) => (await load()).run(...given),
    // What keeps it from being loaded is told by the run.
    prepare: (language) => void load().then((sandbox) => sandbox.prepare(language), () => undefined),
    status: async () => (await load()).status(),
    build: async (...given) => (await load()).build(...given),
    acceptImage: async (...given) => (await load()).acceptImage(...given),
    dispose: async () => (await load()).dispose(),
  };
}
