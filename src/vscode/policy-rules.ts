import { Emitter, type Disposable } from '../disposable.js';
import { messageOf } from '../errors.js';
import type { RuleLayer, RuleSource } from '../policy/rules/rule-layer.js';
import type { WorkspaceFolder } from '../ports/roots.js';
import { PolicyFile, type PolicyFileState } from './policy-file.js';

/** Parses, checks and tests rules; loaded when there are some. May reject, which breaks the layer. */
export interface RuleChecker {
  /** The text of a workspace's file. `folder` is absolute and real. */
  file(text: string, source: string, folder: string): Promise<RuleLayer>;
  /** The value of the user's setting, which may be anything. */
  user(value: unknown): Promise<RuleLayer>;
}

export interface PolicyRulesParts {
  readonly folders: () => readonly WorkspaceFolder[];
  /** The value of the user's own setting; undefined when there is none. */
  readonly userRules: () => unknown;
  readonly check: RuleChecker;
}

/** A workspace folder's rules as they were found, each time they are found to be others. */
export interface CheckedFile {
  readonly folder: WorkspaceFolder;
  /** For a person: `.axon/policy.json in app`. */
  readonly source: string;
  readonly file: PolicyFileState;
  readonly layer: RuleLayer;
}

export const noRules: RuleLayer = { state: 'ready', rules: [] };

/**
 * The rules that count: the user's setting and the files of the open folders, looked at whenever they are asked for and
 * checked again only when they changed. Nothing is loaded for a window without rules.
 */
export class PolicyRules implements RuleSource {
  readonly #folders = new Map<string, FolderRules>();
  readonly #fileChecked = new Emitter<CheckedFile>();
  readonly #userChecked = new Emitter<RuleLayer>();
  #user: { readonly text: string; readonly layer: Promise<RuleLayer> } | undefined;
  #joined: { readonly parts: readonly RuleLayer[]; readonly layer: RuleLayer } | undefined;

  constructor(private readonly parts: PolicyRulesParts) {}

  /** Hears of a folder's rules before a decision is made by them. */
  onFileChecked(listener: (checked: CheckedFile) => void): Disposable {
    return this.#fileChecked.on(listener);
  }

  onUserChecked(listener: (layer: RuleLayer) => void): Disposable {
    return this.#userChecked.on(listener);
  }

  async user(): Promise<RuleLayer> {
    const value = this.parts.userRules();
    if (value === undefined || (Array.isArray(value) && value.length === 0)) {
      if (this.#user) this.#userChecked.fire(noRules);
      this.#user = undefined;
      return noRules;
    }
    const text = JSON.stringify(value);
    if (this.#user?.text !== text) {
      const checking = this.#checkUser(value);
      this.#user = { text, layer: checking };
      const layer = await checking;
      if (this.#user.layer === checking) this.#userChecked.fire(layer);
    }
    return this.#user.layer;
  }

  async workspace(): Promise<RuleLayer> {
    const checked = await this.files();
    const layers = checked.map((each) => each.layer);
    if (this.#joined?.parts.length !== layers.length || this.#joined.parts.some((each, index) => each !== layers[index])) {
      this.#joined = { parts: layers, layer: join(layers) };
    }
    return this.#joined.layer;
  }

  /** Every open folder's rules as they stand now. */
  async files(): Promise<readonly CheckedFile[]> {
    const folders = this.parts.folders();
    return Promise.all(folders.map((folder) => this.#rulesOf(folder).load(folder, folders.length > 1)));
  }

  #rulesOf({ path }: WorkspaceFolder): FolderRules {
    let rules = this.#folders.get(path);
    if (!rules) {
      rules = new FolderRules(path, this.parts.check, (checked) => this.#fileChecked.fire(checked));
      this.#folders.set(path, rules);
    }
    return rules;
  }

  async #checkUser(value: unknown): Promise<RuleLayer> {
    try {
      return await this.parts.check.user(value);
    } catch (error) {
      return unchecked('your settings', error);
    }
  }
}

/** The rules of one folder, and what they were when last looked at. */
class FolderRules {
  readonly #file: PolicyFile;
  #asked = 0;
  #known: { readonly asked: number; readonly checked: CheckedFile } | undefined;

  constructor(
    folder: string,
    private readonly check: RuleChecker,
    private readonly onChecked: (checked: CheckedFile) => void,
  ) {
    this.#file = new PolicyFile(folder);
  }

  async load(folder: WorkspaceFolder, amongOthers: boolean): Promise<CheckedFile> {
    const asked = ++this.#asked;
    const file = await this.#file.load();
    const source = amongOthers ? `.axon/policy.json in ${folder.name}` : '.axon/policy.json';
    const same = (known: CheckedFile | undefined): boolean => known?.source === source && isSame(known.file, file);
    const layer = same(this.#known?.checked) ? this.#known?.checked.layer : undefined;
    const checked = { folder, source, file, layer: layer ?? (await this.#layerOf(file, source)) };
    const known = this.#known;
    // Who looked later knows better: a look that took longer doesn't bring the old back.
    if (known && (same(known.checked) || known.asked > asked)) return known.checked;
    this.#known = { asked, checked };
    this.onChecked(checked);
    return checked;
  }

  async #layerOf(file: PolicyFileState, source: string): Promise<RuleLayer> {
    switch (file.state) {
      case 'none':
        return noRules;
      case 'broken':
        return { state: 'broken', source, problems: [{ message: file.message }] };
      case 'text':
        try {
          return await this.check.file(file.text, source, file.folder);
        } catch (error) {
          return unchecked(source, error);
        }
    }
  }
}

/** Rules that nobody could check must not be passed over. */
function unchecked(source: string, error: unknown): RuleLayer {
  return { state: 'broken', source, problems: [{ message: `The rules can't be checked: ${messageOf(error)}` }] };
}

function isSame(a: PolicyFileState, b: PolicyFileState): boolean {
  if (a === b || (a.state === 'none' && b.state === 'none')) return true;
  if (a.state === 'text' && b.state === 'text') return a.text === b.text && a.folder === b.folder;
  return a.state === 'broken' && b.state === 'broken' && a.message === b.message;
}

function join(layers: readonly RuleLayer[]): RuleLayer {
  const broken = layers.filter((each) => each.state === 'broken');
  if (broken.length > 0) return { state: 'broken', source: broken.map((each) => each.source).join(', '), problems: broken.flatMap((each) => each.problems) };
  return { state: 'ready', rules: layers.flatMap((each) => (each.state === 'ready' ? each.rules : [])) };
}
