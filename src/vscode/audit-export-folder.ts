import { stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';

const name = 'axon.auditExportFolder';

/**
 * Where an export is offered to go: the folder of the last one, else the home folder. Never an open workspace folder: what
 * lies there is committed, and an agent can read it.
 */
export class AuditExportFolder {
  constructor(private readonly memento: vscode.Memento) {}

  async get(): Promise<vscode.Uri> {
    const last = this.memento.get(name);
    if (typeof last === 'string' && !isOpen(last) && (await isFolder(last))) return vscode.Uri.file(last);
    return vscode.Uri.file(os.homedir());
  }

  /** Remembers where this file went. Never rejects: what can't be kept is only not offered again. */
  used(file: string): void {
    void this.memento.update(name, path.dirname(file)).then(undefined, () => undefined);
  }
}

const isOpen = (folder: string): boolean => vscode.workspace.getWorkspaceFolder(vscode.Uri.file(folder)) !== undefined;

async function isFolder(folder: string): Promise<boolean> {
  return stat(folder).then((found) => found.isDirectory(), () => false);
}
