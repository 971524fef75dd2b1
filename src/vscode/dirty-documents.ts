import * as vscode from 'vscode';
import type { Documents } from '../ports/documents.js';

const same = process.platform === 'linux' ? (a: string, b: string): boolean => a === b : (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

/** The open editors' unsaved text. */
export const dirtyDocuments: Documents = {
  dirtyText: (absolutePath) =>
    vscode.workspace.textDocuments.find((each) => each.isDirty && each.uri.scheme === 'file' && same(each.uri.fsPath, absolutePath))?.getText(),
};
