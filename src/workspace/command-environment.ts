import os from 'node:os';
import path from 'node:path';

/** Variables of the editor's environment that a program may see. No secrets, nothing that loads code or changes programs. */
const passed = [
  'HOME', 'USER', 'LOGNAME', 'LANG', 'LANGUAGE', 'LC_ALL', 'LC_CTYPE', 'LC_MESSAGES', 'LC_COLLATE', 'LC_TIME', 'LC_NUMERIC', 'TZ', 'TMPDIR', 'TMP', 'TEMP',
  'XDG_CACHE_HOME', 'XDG_CONFIG_HOME', 'XDG_DATA_HOME', 'XDG_RUNTIME_DIR', 'CARGO_HOME', 'RUSTUP_HOME', 'GOPATH', 'GOROOT', 'GOCACHE', 'GOMODCACHE', 'JAVA_HOME', 'PYENV_ROOT', 'NVM_DIR', 'VOLTA_HOME',
  'SystemRoot', 'SystemDrive', 'windir', 'USERPROFILE', 'USERNAME', 'HOMEDRIVE', 'HOMEPATH', 'APPDATA', 'LOCALAPPDATA', 'ProgramData', 'ProgramFiles', 'ProgramFiles(x86)', 'PATHEXT', 'NUMBER_OF_PROCESSORS', 'PROCESSOR_ARCHITECTURE',
];

/** Settings of our own: nothing asks, pages, colours, looks for updates, or fetches another version of itself. */
const fixed: Readonly<Record<string, string>> = {
  TERM: 'dumb',
  NO_COLOR: '1',
  PAGER: 'cat',
  CARGO_TERM_COLOR: 'never',
  GOTOOLCHAIN: 'local',
  PIP_CONFIG_FILE: os.devNull,
  PIP_DISABLE_PIP_VERSION_CHECK: '1',
  PIP_NO_INPUT: '1',
  npm_config_update_notifier: 'false',
  npm_config_fund: 'false',
};

export interface EnvironmentOptions {
  readonly source: Readonly<Record<string, string | undefined>>;
  /** Absolute folders that no program is taken from and no variable may point into. */
  readonly untrustedFolders: readonly string[];
}

/** The environment of a command: an allow-list, with a PATH that leads only to folders outside of the workspace. */
export function commandEnvironment({ source, untrustedFolders }: EnvironmentOptions): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const name of passed) {
    const value = source[name];
    if (value !== undefined && !untrustedFolders.some((folder) => value.includes(folder))) environment[name] = value;
  }
  return { ...environment, ...fixed, PATH: programFolders({ source, untrustedFolders }).join(path.delimiter) };
}

/** The folders of PATH that are absolute and outside of the workspace, in their order. */
export function programFolders({ source, untrustedFolders }: EnvironmentOptions): readonly string[] {
  const value = Object.entries(source).find(([name]) => name.toUpperCase() === 'PATH')?.[1] ?? '';
  return value.split(path.delimiter).filter((folder) => path.isAbsolute(folder) && !untrustedFolders.some((each) => isInside(folder, each)));
}

export function isInside(inner: string, outer: string): boolean {
  const relative = path.relative(outer, inner);
  return relative === '' || (relative !== '..' && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative));
}
