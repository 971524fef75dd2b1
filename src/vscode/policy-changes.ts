import * as z from 'zod/mini';
import { cutEnd } from '../agent/cut.js';
import type { AuditWriter } from '../audit/event.js';
import { canonicalJson, sha256 } from '../canonical.js';
import { asSeenRules, changeInWords, diffRules, type RulesChange, type SeenRules } from './policy-diff.js';

/** The editor's own memory; a `Memento` fits. */
export interface Memory {
  get(key: string): unknown;
  update(key: string, value: unknown): PromiseLike<void>;
}

export interface PolicyChangesParts {
  readonly audit: AuditWriter;
  /** What was last seen of the workspace's rules. */
  readonly workspaceMemory: Memory;
  /** What was last seen of the user's settings. */
  readonly userMemory: Memory;
  readonly settings: readonly WatchedSetting[];
  /** A change that could not be recorded. It is recorded when it is next looked for. Must not throw. */
  readonly onFailed: (error: unknown) => void;
}

/** One of the user's settings that decides what may happen. */
export interface WatchedSetting {
  /** Whole: `axon.autoApprove`. */
  readonly name: string;
  readonly fallback: unknown;
  /** What counts now. */
  readonly read: () => unknown;
}

const rulesKey = 'axon.policy.seenRules';
const settingsKey = 'axon.policy.seenSettings';
/** Characters of a setting's value that are kept; its hash is of the whole. */
const mostShown = 500;

const seenSettingsSchema = z.record(z.string(), z.object({ hash: z.string(), shown: z.string() }));
type SeenSetting = z.infer<typeof seenSettingsSchema>[string];

/**
 * Writes each change of the policy to the audit log as `policy_changed`: the rules of a workspace folder, and the user's
 * settings. What was last seen is remembered, so that a change made while no window was open is recorded at the next
 * start. The record is handed to the log before anything is decided by what changed.
 */
export class PolicyChanges {
  readonly #rules: Map<string, SeenRules | undefined>;
  readonly #settings: Map<string, SeenSetting>;
  /** What of it is recorded: only that is remembered. */
  readonly #recordedRules: Map<string, SeenRules | undefined>;
  readonly #recordedSettings: Map<string, SeenSetting>;

  constructor(private readonly parts: PolicyChangesParts) {
    const folders = z.record(z.string(), z.unknown()).safeParse(parts.workspaceMemory.get(rulesKey));
    this.#rules = new Map(Object.entries(folders.data ?? {}).map(([folder, seen]) => [folder, asSeenRules(seen)]));
    const settings = seenSettingsSchema.safeParse(parts.userMemory.get(settingsKey));
    this.#settings = new Map(Object.entries(settings.data ?? {}));
    this.#recordedRules = new Map(this.#rules);
    this.#recordedSettings = new Map(this.#settings);
  }

  /** What was last seen of a folder's rules. */
  rulesOf(folder: string): SeenRules | undefined {
    return this.#rules.get(folder);
  }

  /** Records the change from what was last seen, and gives it; undefined when there is none. */
  seeRules(folder: { readonly path: string; readonly name: string }, seen: SeenRules | undefined): RulesChange | undefined {
    const before = this.#rules.get(folder.path);
    const change = diffRules(before, seen);
    if (!change) return undefined;
    this.#rules.set(folder.path, seen);
    const words = { none: 'gone', broken: 'broken, so everything is refused', ready: changeInWords(change) }[change.state];
    const reason = `The rules of the workspace folder ${folder.name}: ${words}${change.loosens ? '. This can loosen what was asked or refused' : ''}.`;
    this.#record(reason, { what: 'workspace-rules', folder: folder.path, ...change }, {
      remember: () => this.parts.workspaceMemory.update(rulesKey, Object.fromEntries(this.#recordedRules.set(folder.path, seen))),
      forget: () => {
        if (this.#rules.get(folder.path) === seen) this.#rules.set(folder.path, before);
      },
    });
    return change;
  }

  /** Records every setting that is not what was last seen. */
  seeSettings(): void {
    for (const setting of this.parts.settings) {
      const change = this.#settingChange(setting, setting.read());
      if (!change) continue;
      const before = this.#settings.get(setting.name) ?? seenSetting(setting.fallback);
      this.#settings.set(setting.name, change.after);
      this.#record(change.reason, change.details, {
        remember: () => this.#rememberSetting(setting.name, change.after),
        forget: () => {
          if (this.#settings.get(setting.name) === change.after) this.#settings.set(setting.name, before);
        },
      });
    }
  }

  /**
   * Records a value before it is written to the settings; resolves when the record is durable. Rejects with `AxonError`
   * `audit-unavailable`: it must not be written then.
   */
  async announceSetting(name: string, value: unknown): Promise<void> {
    const setting = this.parts.settings.find((each) => each.name === name);
    const change = setting && this.#settingChange(setting, value);
    if (!change) return;
    await this.parts.audit.append(eventOf(change.reason, change.details));
    this.#settings.set(name, change.after);
    await this.#rememberSetting(name, change.after);
  }

  #settingChange({ name, fallback }: WatchedSetting, value: unknown): { readonly reason: string; readonly details: object; readonly after: SeenSetting } | undefined {
    const before = this.#settings.get(name) ?? seenSetting(fallback);
    const after = seenSetting(value);
    if (before.hash === after.hash) return undefined;
    const details = { what: 'setting', setting: name, before: before.hash, after: after.hash, from: before.shown, to: after.shown };
    return { reason: `${name}: ${inShort(before.shown)} → ${inShort(after.shown)}`, details, after };
  }

  #rememberSetting(name: string, seen: SeenSetting): PromiseLike<void> {
    return this.parts.userMemory.update(settingsKey, Object.fromEntries(this.#recordedSettings.set(name, seen)));
  }

  /** Remembered only when it is recorded, and else not seen: the next look, or the next start, finds the change again. */
  #record(reason: string, details: object, { remember, forget }: { remember: () => PromiseLike<void>; forget: () => void }): void {
    this.parts.audit.append(eventOf(reason, details)).then(remember, (error: unknown) => {
      forget();
      this.parts.onFailed(error);
    }).catch(this.parts.onFailed);
  }
}

const eventOf = (reason: string, details: object) => ({ type: 'policy_changed', sessionId: '', reason, arguments: canonicalJson(details) }) as const;

function seenSetting(value: unknown): SeenSetting {
  const text = value === undefined ? 'none' : canonicalJson(value);
  return { hash: sha256(text), shown: cutEnd(text, mostShown) };
}

const inShort = (text: string): string => cutEnd(text, 120);

/** Settings that decide what may happen, by how their names begin. */
const security = /^axon\.(?:policy|autoApprove|approval|commands|web|search|sandbox|audit)(?:\.|$)/;

/** The names in the extension's manifest: a setting that is added there is watched, too. */
export function securitySettings(properties: Readonly<Record<string, { readonly default?: unknown }>>): readonly { readonly name: string; readonly fallback: unknown }[] {
  return Object.entries(properties).flatMap(([name, property]) => (security.test(name) ? [{ name, fallback: property.default }] : []));
}
