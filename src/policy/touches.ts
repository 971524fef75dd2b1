import { foldName } from './path/fold-name.js';
import type { PathCheck } from './path/path-check.js';
import type { PathOperation } from './subject.js';
import type { Host } from './url/check-url.js';

/** A name in one open folder. */
export interface FolderName {
  /** Absolute and real. */
  readonly folder: string;
  /** The folder as the editor spells it. */
  readonly given: string;
  /** Below the folder, forward slashes; `.` for the folder itself. */
  readonly name: string;
}

/** What a path is called, seen from every open folder that it lies in. */
export interface PathNames {
  /** Where it really is, links resolved. At least one. */
  readonly real: readonly FolderName[];
  /** As it was written, `..` worked out, links not resolved. The same as `real` where there is no link on the way. */
  readonly written: readonly FolderName[];
  /** Open folders that lie below: who walks through the path gets into them. Absent: there are none. */
  readonly inner?: readonly InnerFolder[];
}

/** An open folder inside of another that is open, too. Rules may be about what it holds, by its names there. */
export interface InnerFolder extends Omit<FolderName, 'name'> {
  /** Where it lies below the path, forward slashes. */
  readonly at: string;
}

/** One path that a call touches, located: links resolved, relative to its workspace folder. */
export interface TouchedPath {
  /** Absolute and real, as far as the path exists. */
  readonly resolved: string;
  /** As the path guard names it: forward slashes, `.` for the folder itself, with several folders open the folder's name in front. */
  readonly relative: string;
  readonly names: PathNames;
  readonly operation: PathOperation;
  /** The call also reads what lies below it, at any depth, without naming it (`rg`, `git diff`). */
  readonly walks: boolean;
}

/** One host that a call asks. */
export interface TouchedHost {
  /** In ASCII and lower case, without a dot at the end; an IPv6 address without its brackets. */
  readonly name: string;
  /** False: without encryption, or on a port that isn't the usual one. A rule that allows doesn't cover it. */
  readonly usual: boolean;
}

/** What a call touches, as the guards understood it. Rules are matched against this, never against the text of the arguments. */
export interface Touches {
  /** For each command that the guard could read. */
  readonly commands: readonly TouchedCommand[];
  readonly paths: readonly TouchedPath[];
  readonly hosts: readonly TouchedHost[];
}

export interface TouchedCommand {
  readonly words: readonly string[];
  /** It runs in a workspace folder itself, not in one below. */
  readonly atRoot: boolean;
}

/** What the path guard let through, as a path that is touched; undefined for what it refused. */
export function touchedPath({ resolved, relative, names }: PathCheck, operation: PathOperation, walks = false): TouchedPath | undefined {
  if (resolved === undefined || relative === undefined || names === undefined) return undefined;
  return { resolved, relative, names, operation, walks };
}

/** The host of an address that the URL guard let through. */
export function touchedHost({ url, host }: { readonly url: URL; readonly host: Pick<Host, 'name'> }): TouchedHost {
  return { name: host.name, usual: url.protocol === 'https:' && url.port === '' };
}

/** What lies below a touched folder, by its name; links on the way are not looked at. `name` has forward slashes. */
export function touchedBelow(folder: TouchedPath, name: string): TouchedPath {
  const below = (each: string): string => (each === '.' ? name : `${each}/${name}`);
  const namesBelow = (all: readonly FolderName[]): FolderName[] => all.map((each) => ({ ...each, name: below(each.name) }));
  const entered = (folder.names.inner ?? []).flatMap((each) => nameIn(each, name) ?? []);
  const real = [...namesBelow(folder.names.real), ...entered];
  const written = folder.names.written === folder.names.real ? real : [...namesBelow(folder.names.written), ...entered];
  const names = { real, written };
  return { ...folder, resolved: `${folder.resolved}/${name}`, relative: below(folder.relative), names, walks: false };
}

/** What a name is called inside of an open folder; undefined when it leads by. Spellings are folded, as wherever rules tighten. */
function nameIn({ at, ...folder }: InnerFolder, name: string): FolderName | undefined {
  const [above, names] = [at.split('/'), name.split('/')];
  if (!above.every((each, index) => foldName(each) === foldName(names[index] ?? ''))) return undefined;
  return { ...folder, name: names.slice(above.length).join('/') || '.' };
}
