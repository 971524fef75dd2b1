import { Emitter, type Disposable } from '../disposable.js';
import { messageOf } from '../errors.js';
import type { RuleChecker } from '../policy/rules/rule-checker.js';
import { brokenLayer, noRules, type RuleLayer, type RuleSource } from '../policy/rules/rule-layer.js';
import type { WorkspaceFolder } from '../ports/roots.js';
import { PolicyFile, type PolicyFileState } from './policy-file.js';

export interface PolicyRulesParts {
  readonly folders: () => readonly WorkspaceFolder[];
  /** The value of the user's own setting; undefined when there is none. */
  readonly userRules: () => unknown;
  /** Loaded when there are rules. One that rejects breaks the layer. */
  readonly checker: RuleChecker;
}

/** A workspace folder's rules as they were found, each time they are found to be others. */
export interface CheckedFile {
  readonly folder: WorkspaceFolder;
  /** For a person: `.axon/policy.json in app`. */
  readonly source: string;
  readonly file: PolicyFileState;
  readonly layer: RuleLayer;
}

/**
 * The rules that count: the user's setting and the files of the open folders, looked at whenever they are asked for and
 * checked again only when they changed. Nothing is loaded for a window without rules.
 */
export class PolicyRules implements RuleSource {
  readonly #folders = new Map<string, FolderRules>();
  readonly #fileChecked = new Emitter<CheckedFile>();
  readonly #userChecked = new Emitter<RuleLayer>();
  #asked = 0;
  #user: { readonly asked: number; readonly text: string; readonly layer: RuleLayer } = { asked: 0, text: '', layer: noRules };
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
    const asked = ++this.#asked;
    const value = this.parts.userRules();
    const none = value === undefined || (Array.isArray(value) && value.length === 0);
    const text = none ? '' : JSON.stringify(value);
    const before = this.#user;
    const kept = text === before.text && before.layer.state === 'ready' ? before.layer : undefined;
    const layer = kept ?? (none ? noRules : await this.#checkUser(value));
    if (this.#user.asked > asked) return this.#user.layer;
    const same = isSameLayer(layer, this.#user.layer) ? this.#user.layer : undefined;
    this.#user = { asked, text, layer: same ?? layer };
    if (!same) this.#userChecked.fire(layer);
    return same ?? layer;
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
    // A folder that is opened again is met anew, and what is wrong with its rules told again.
    for (const path of this.#folders.keys()) if (!folders.some((each) => each.path === path)) this.#folders.delete(path);
    return Promise.all(folders.map((folder) => this.#rulesOf(folder).load(folder, folders.length > 1)));
  }

  #rulesOf({ path }: WorkspaceFolder): FolderRules {
    let rules = this.#folders.get(path);
    if (!rules) {
      rules = new FolderRules(path, this.parts.checker, (checked) => this.#fileChecked.fire(checked));
      this.#folders.set(path, rules);
    }
    return rules;
  }

  async #checkUser(value: unknown): Promise<RuleLayer> {
    try {
      return await this.parts.checker.user(value);
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
    private readonly checker: RuleChecker,
    private readonly onChecked: (checked: CheckedFile) => void,
  ) {
    this.#file = new PolicyFile(folder);
  }

  async load(folder: WorkspaceFolder, amongOthers: boolean): Promise<CheckedFile> {
    const asked = ++this.#asked;
    const file = await this.#file.load();
    const source = amongOthers ? `.axon/policy.json in ${folder.name}` : '.axon/policy.json';
    const before = this.#known?.checked;
    // What was broken is checked anew: it may have been for want of the grammar alone.
    const kept = before?.layer.state === 'ready' && isSameFile(before, { source, file }) ? before.layer : undefined;
    const checked = { folder, source, file, layer: kept ?? (await this.#layerOf(file, source)) };
    const known = this.#known;
    // Who looked later knows better: a look that took longer doesn't bring the old back.
    if (known && known.asked > asked) return known.checked;
    const same = known && isSameFile(known.checked, checked) && isSameLayer(known.checked.layer, checked.layer) ? known.checked : undefined;
    this.#known = { asked, checked: same ?? checked };
    if (!same) this.onChecked(checked);
    return same ?? checked;
  }

  async #layerOf(file: PolicyFileState, source: string): Promise<RuleLayer> {
    switch (file.state) {
      case 'none':
        return noRules;
      case 'broken':
        return brokenLayer(source, { message: file.message });
      case 'text':
        try {
          return await this.checker.file(file.text, source, file.folder);
        } catch (error) {
          return unchecked(source, error);
        }
    }
  }
}

/** Rules that nobody could check must not be passed over. */
function unchecked(source: string, error: unknown): RuleLayer {
  return brokenLayer(source, { message: `The rules can’t be checked: ${messageOf(error)}` });
}

/** Two checks of one text say the same. */
function isSameLayer(a: RuleLayer, b: RuleLayer): boolean {
  return a === b || (a.state === 'broken' && b.state === 'broken' && JSON.stringify(a) === JSON.stringify(b));
}

function isSameFile(a: Pick<CheckedFile, 'source' | 'file'>, b: Pick<CheckedFile, 'source' | 'file'>): boolean {
  return a.source === b.source && (a.file === b.file || JSON.stringify(a.file) === JSON.stringify(b.file));
}

/** Several folders' rules as one. One that is broken breaks the whole: what it would have refused is unknown. */
function join(layers: readonly RuleLayer[]): RuleLayer {
  const broken = layers.filter((each) => each.state === 'broken');
  if (broken.length > 0) return brokenLayer(broken.map((each) => each.source).join(', '), ...broken.flatMap((each) => each.problems));
  return { state: 'ready', rules: layers.flatMap((each) => (each.state === 'ready' ? each.rules : [])) };
}
