import { existsSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';

/** The ripgrep that this editor ships; where it lies differs between desktop, server and versions. Undefined: none found. */
export function findRipgrep(): string | undefined {
  const program = process.platform === 'win32' ? 'rg.exe' : 'rg';
  const here = `${process.platform}-${process.arch}`;
  const inside = [
    ['@vscode', 'ripgrep-universal', 'bin', here, program],
    ['@vscode', 'ripgrep', 'bin', program],
  ];
  const modules = ['node_modules', 'node_modules.asar.unpacked'].map((name) => path.join(vscode.env.appRoot, name));
  return modules.flatMap((folder) => inside.map((parts) => path.join(folder, ...parts))).find((file) => existsSync(file));
}
