import path from 'node:path';
import * as vscode from 'vscode';
import type { Roots } from '../ports/roots.js';
import { settings } from './settings.js';

/** The open folders that lie on a disk, and the ones that may be written to. */
export const workspaceRoots: Roots = {
  folders: () =>
    (vscode.workspace.workspaceFolders ?? [])
      .filter((folder) => folder.uri.scheme === 'file')
      .map((folder) => ({ name: folder.name, path: folder.uri.fsPath })),
  writable: () => {
    const listed = settings.writableRoots().filter((each) => path.isAbsolute(each));
    return listed.length > 0 ? listed : workspaceRoots.folders().map((folder) => folder.path);
  },
};
