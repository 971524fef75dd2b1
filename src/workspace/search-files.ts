import type { SearchQuery, SearchResult } from '../ports/files.js';
import { AxonError, codeOf } from '../errors.js';
import type { HidesPath } from '../policy/rules/with-path-rules.js';
import { touchedBelow, type TouchedPath } from '../policy/touches.js';
import { confirmMatches } from './confirm-matches.js';
import { fileError } from './file-errors.js';
import { type OpenFolder, openFolder } from './open-folder.js';
import { type Place, type PlaceContext, findPlace, folderAndName } from './place.js';
import { searchFolder } from './search-folder.js';

/** A line longer than this is cut to the part around its match. */
const mostLine = 400;

export interface SearchSetting extends PlaceContext {
  readonly program: string | undefined;
  readonly anchored: boolean;
  /** What rules keep out below where the search starts. */
  readonly hidden: (start: TouchedPath) => Promise<HidesPath | undefined>;
}

/** Searches a file or a folder: ripgrep in a folder held open, then every result read again through the guard. */
export async function searchFiles(query: SearchQuery, setting: SearchSetting, signal: AbortSignal | undefined): Promise<SearchResult> {
  if (query.pattern === '' || /[\0\n]/.test(query.pattern + (query.glob ?? ''))) {
    throw new AxonError('invalid-arguments', 'The pattern must be one line of text.', 'Search for one line of what is wanted.');
  }
  const place = await findPlace(query.path ?? '.', 'search', setting);
  const { folder, file } = await openStart(place, setting.anchored);
  try {
    const limit = Math.max(1, Math.min(query.limit ?? 200, 1000));
    const hides = file === undefined ? await setting.hidden(place.touched) : undefined;
    const hidesBelow = hides && ((name: string) => hides(touchedBelow(place.touched, name)));
    const found = await searchFolder({ cwd: folder.at('.'), file }, query, { program: setting.program, signal, limit, hides: hidesBelow });
    await folder.verify();
    const below = file === undefined ? place.relative : place.relative.split('/').slice(0, -1).join('/') || '.';
    const named = found.matches.map((match) => ({ ...match, path: below === '.' ? match.path : `${below}/${match.path}` }));
    const find = async (path: string): Promise<Place | undefined> => {
      const one = await findPlace(path, 'read', setting).catch(() => undefined);
      if (file !== undefined) return one;
      return one?.plain === true && !hides?.({ ...one.touched, operation: 'search' }) ? one : undefined;
    };
    const { matches, leftOut } = await confirmMatches(named, { find, anchored: setting.anchored });
    return { ...found, matches: matches.map((match) => ({ ...match, text: cut(match.text, query) })), sensitiveLeftOut: found.sensitiveLeftOut + leftOut };
  } finally {
    await folder.close();
  }
}

async function openStart(place: Place, anchored: boolean): Promise<{ folder: OpenFolder; file: string | undefined }> {
  try {
    try {
      return { folder: await openFolder({ root: place.root, names: place.names, shown: place.shown }, { anchored }), file: undefined };
    } catch (error) {
      if (codeOf(error) !== 'ENOTDIR') throw error;
      const { folder, name } = folderAndName(place);
      return { folder: await openFolder(folder, { anchored }), file: name };
    }
  } catch (error) {
    throw fileError(error, place.shown);
  }
}

function cut(line: string, query: SearchQuery): string {
  if (line.length <= mostLine) return line;
  const at = query.regex === true ? 0 : Math.max(0, line.toLowerCase().indexOf(query.pattern.toLowerCase()) - 100);
  return `${at > 0 ? '…' : ''}${line.slice(at, at + mostLine)}…`;
}
