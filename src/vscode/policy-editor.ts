import type * as vscode from 'vscode';
import { Disposables, type Disposable } from '../disposable.js';
import type { AgentProfile } from '../policy/profile.js';
import type { CommandGuard } from '../policy/command/command-guard.js';
import type { Policy } from '../policy/engine.js';
import type { RuleChecker } from '../policy/rules/rule-checker.js';
import type { Taint } from '../policy/taint.js';
import type { WorkspaceFolder } from '../ports/roots.js';
import type { ToolRegistry } from '../tools/registry.js';
import type { AuditTrail } from './audit-trail.js';
import { lazy } from './lazy.js';
import { PolicyChanges, securitySettings } from './policy-changes.js';
import type { PolicyCommands } from './policy-commands.js';
import { PolicyDiagnostics } from './policy-diagnostics.js';
import { DecisionDocuments } from './policy-documents.js';
import type { PolicyRules } from './policy-rules.js';
import { PolicyWatch } from './policy-watch.js';
import { settings } from './settings.js';

export interface PolicyEditorParts {
  readonly context: Pick<vscode.ExtensionContext, 'workspaceState' | 'globalState' | 'extension'>;
  readonly audit: AuditTrail;
  readonly tools: ToolRegistry;
  readonly policy: Policy;
  readonly rules: PolicyRules;
  readonly checker: RuleChecker;
  readonly commandGuard: () => Promise<CommandGuard>;
  readonly taint: Taint;
  readonly trusted: () => boolean;
  readonly folders: () => readonly WorkspaceFolder[];
  /** The session that is open. */
  readonly session: () => { readonly id: string; readonly agent: AgentProfile };
  readonly onFailed: (error: unknown) => void;
}

/** The policy as a person meets it in the editor: its changes recorded and told, problems at their line, its commands. */
export interface PolicyEditor extends Disposable {
  /** Loaded when first used. */
  readonly commands: () => Promise<PolicyCommands>;
}

interface Manifest {
  readonly contributes: { readonly configuration: { readonly properties: Parameters<typeof securitySettings>[0] } };
}

export function createPolicyEditor(parts: PolicyEditorParts): PolicyEditor {
  const { context, audit, tools, policy, rules, checker, commandGuard, taint, trusted, folders, session, onFailed } = parts;
  const manifest = context.extension.packageJSON as Manifest;
  const disposables = new Disposables();
  const changes = new PolicyChanges({
    audit,
    workspaceMemory: context.workspaceState,
    userMemory: context.globalState,
    settings: securitySettings(manifest.contributes.configuration.properties).map((each) => ({ ...each, read: () => settings.effective(each.name) })),
    onFailed,
  });
  const documents = disposables.add(new DecisionDocuments());
  const diagnostics = disposables.add(new PolicyDiagnostics({ folders, checker, look: () => rules.workspace() }));
  disposables.add(new PolicyWatch({ rules, changes, diagnostics, folders, channel: audit.channel, commandProblems: async () => (await commandGuard()).userEntryProblems() }));
  const tainted = (sessionId: string): boolean => taint.has(sessionId);
  return {
    commands: lazy(async () => (await import('./policy-commands.js')).policyCommands({ log: () => audit.log(), tools, policy, rules, changes, documents, guard: commandGuard, folders, session, trusted, tainted })),
    dispose: () => disposables.dispose(),
  };
}
