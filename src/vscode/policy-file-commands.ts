import { constants } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { AxonError } from '../errors.js';
import type { WorkspaceFolder } from '../ports/roots.js';
import { policyUri } from './policy-diagnostics.js';
import { PolicyFile } from './policy-file.js';

/** What a new file begins with: rules that work, with tests that show what they cover. */
export const examplePolicy = `{
  "version": 1,
  "rules": [
    {
      "id": "infra-by-hand",
      "match": { "paths": ["infra/**"], "access": "write" },
      "verdict": "deny",
      "reason": "What runs in production is changed by a person.",
      "next": "Say what to change, and leave it to the reviewer.",
      "tests": { "match": ["infra/main.tf"], "notMatch": ["src/infra.ts"] }
    },
    {
      "id": "publishing-asks",
      "match": { "command": ["npm publish", "git push"] },
      "verdict": "ask",
      "risk": "high",
      "reason": "This leaves the machine.",
      "tests": { "match": ["npm publish --dry-run"], "notMatch": ["npm test"] }
    }
  ]
}
`;

/** Opens a folder's rules; makes them when there are none. What is there is left as it is. */
export async function editWorkspacePolicy(folders: readonly WorkspaceFolder[]): Promise<void> {
  const folder = await chooseFolder(folders);
  if (!folder) return;
  const found = await new PolicyFile(folder.path).load();
  if (found.state === 'broken' && !(await isPlainFile(folder))) throw new AxonError('conflict', `.axon/policy.json can’t be opened: ${found.message}`, 'Remove what stands there.');
  if (found.state === 'none') await create(folder);
  await vscode.window.showTextDocument(policyUri(folder));
}

async function chooseFolder(folders: readonly WorkspaceFolder[]): Promise<WorkspaceFolder | undefined> {
  const [first, ...others] = folders;
  if (!first) throw new AxonError('not-found', 'Open a folder first: the rules of a workspace are a file in it.');
  if (others.length === 0) return first;
  const picked = await vscode.window.showQuickPick(folders.map((folder) => ({ label: folder.name, description: folder.path, folder })), { title: 'Axon: the rules of which folder?' });
  return picked?.folder;
}

async function create(folder: WorkspaceFolder): Promise<void> {
  const file = policyUri(folder).fsPath;
  await mkdir(path.dirname(file), { recursive: true });
  // Only a file that wasn't there: never through a link, and nothing is written over.
  const handle = await open(file, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o644);
  try {
    await handle.writeFile(examplePolicy);
  } finally {
    await handle.close();
  }
}

/** A file whose text is no rules is opened to be mended; anything else could lead elsewhere. */
async function isPlainFile(folder: WorkspaceFolder): Promise<boolean> {
  const uri = policyUri(folder);
  const [parent, file] = await Promise.all([vscode.workspace.fs.stat(vscode.Uri.joinPath(uri, '..')), vscode.workspace.fs.stat(uri)]);
  return parent.type === vscode.FileType.Directory && file.type === vscode.FileType.File;
}

export async function editUserRules(): Promise<void> {
  await vscode.commands.executeCommand('workbench.action.openSettingsJson', { revealSetting: { key: 'axon.policy.rules', edit: true } });
}
