import type { PathCheckOptions } from './path-check.js';
import { type PathStyle, parseAbsolute, splitSegments } from './path-style.js';
import { type RealRoot, type RealRoots, splitAtRoot } from './real-roots.js';
import type { Refusal } from './refusal.js';
import { refuseSegment } from './segment-rules.js';
import { refuseForeign, refuseText } from './text-rules.js';

/** Where a text points before any link is looked at. */
export interface Located {
  readonly root: RealRoot;
  /** Names below the root as written, with `..` where they were. */
  readonly written: readonly string[];
  /** The same with `..` worked out by text. */
  readonly plain: readonly string[];
}

const climbs: Refusal = {
  rule: 'path.outside-workspace',
  reason: 'The path climbs out of the folder it starts from.',
  next: 'Use a path relative to the workspace folder.',
};

/** Takes the text apart by the rules for text alone; touches no file. */
export function locatePath(text: string, roots: RealRoots, style: PathStyle, options: PathCheckOptions): Located | Refusal {
  const unreadable = refuseText(text);
  if (unreadable) return unreadable;

  const absolute = style.win32 || !text.startsWith('//') ? parseAbsolute(style, text) : undefined;
  const inside = absolute && splitAtRoot(style, roots.all, absolute);
  const foreign = inside ? undefined : refuseForeign(style, text);
  if (foreign) return foreign;
  if (absolute && !inside) return climbs;

  const base = options.base === undefined ? undefined : locateBase(options.base, roots, style);
  if (base && 'rule' in base) return base;
  const start = inside ? undefined : (base ?? firstFolder(text, roots, style));
  if (!inside && !start) return noFolder;

  const root = inside?.root ?? start?.root;
  if (!root) return noFolder;
  const above = start?.below ?? [];
  const names = inside?.below ?? splitSegments(style, start?.rest ?? text);
  for (const name of names) {
    const refusal = name === '..' ? undefined : refuseSegment(style, name);
    if (refusal) return refusal;
  }
  const written = [...above, ...names];
  const plain = workOut(written);
  if (!plain) return climbs;
  if (options.confine === true && (inside !== undefined || !workOut(names))) {
    return { ...climbs, rule: 'path.leaves-base', reason: 'The path leaves the folder it belongs to.', next: 'Use a path inside that folder.' };
  }
  return { root, written, plain };
}

const noFolder: Refusal = { rule: 'path.no-folder', reason: 'No folder is open.', next: 'Open a folder.' };

interface Start {
  readonly root: RealRoot;
  readonly below: readonly string[];
  readonly rest?: string;
}

function locateBase(base: string, roots: RealRoots, style: PathStyle): Start | Refusal {
  const absolute = parseAbsolute(style, base);
  const inside = absolute && splitAtRoot(style, roots.all, absolute);
  const below = inside && workOut(inside.below);
  if (!below) return { ...climbs, reason: 'The folder that the path starts from is not inside an open folder.' };
  return { root: inside.root, below };
}

/** With several folders open, a first name that is a folder's name means that folder, as the editor shows such paths. */
function firstFolder(text: string, roots: RealRoots, style: PathStyle): Start | undefined {
  const [first] = roots.folders;
  if (!first) return undefined;
  if (roots.folders.length > 1) {
    const [name, ...rest] = splitSegments(style, text);
    const named = roots.folders.find((folder) => folder.name === name);
    if (named) return { root: named, below: [], rest: rest.join('/') };
  }
  return { root: first, below: [] };
}

function workOut(names: readonly string[]): string[] | undefined {
  const plain: string[] = [];
  for (const name of names) {
    if (name !== '..') plain.push(name);
    else if (plain.pop() === undefined) return undefined;
  }
  return plain;
}
