import { existsSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** The ripgrep that the editor in the toolchain ships, or one on the PATH. */
export function findRipgrep(): string | undefined {
  const name = process.platform === 'win32' ? 'rg.exe' : 'rg';
  const shipped = path.join(os.homedir(), '.cache/axon-toolchain/vscode-host/node_modules/code-server/lib/vscode/node_modules/@vscode');
  const candidates = [
    path.join(shipped, 'ripgrep-universal/bin', `${process.platform}-${process.arch}`, name),
    path.join(shipped, 'ripgrep/bin', name),
    ...(process.env['PATH'] ?? '').split(path.delimiter).map((folder) => path.join(folder, name)),
  ];
  return candidates.find((candidate) => existsSync(candidate));
}
