import { AxonError } from '../errors.js';
import type { PathChecker } from '../policy/path/path-check.js';
import { pathStyle } from '../policy/path/path-style.js';
import type { RuledPaths } from '../policy/rules/with-path-rules.js';
import type { TouchedPath } from '../policy/touches.js';
import type { Documents } from '../ports/documents.js';
import type { Files } from '../ports/files.js';
import type { Roots } from '../ports/roots.js';
import { applyChange } from './apply-change.js';
import { listFolder } from './list-folder.js';
import { canAnchor } from './open-folder.js';
import { type Place, type PlaceContext, dirtyText, findPlace } from './place.js';
import { planCopy, planEdit, planWrite } from './plan-change.js';
import { readFileBytes, readText } from './read-text.js';
import { searchFiles } from './search-files.js';

export interface FilesOptions {
  /** With `withPathRules` around it, it also keeps what rules protect out of listings and searches. */
  readonly guard: PathChecker | RuledPaths;
  readonly roots: Roots;
  readonly documents: Documents;
  /** The ripgrep that the editor ships; undefined when it has none: then only searching fails. */
  readonly ripgrepPath: string | undefined;
  /** Begin paths at open folders, where the system can. For tests of the way that other systems go. */
  readonly anchored?: boolean;
}

/** The guarded file access that tools get. It keeps nothing open between calls. */
export function createFiles({ guard, roots, documents, ripgrepPath, anchored = canAnchor }: FilesOptions): Files {
  const hidden = async (start: TouchedPath) => ('hidden' in guard ? guard.hidden(start) : undefined);
  const context: PlaceContext = { guard, roots, style: pathStyle(process.platform) };

  /** For writing. An editor with unsaved changes goes before: writing below it would lose one or the other. */
  async function findWritable(path: string): Promise<Place> {
    const place = await findPlace(path, 'write', context);
    if (dirtyText(place, documents) !== undefined) {
      throw new AxonError('conflict', `${place.shown} is open in an editor with unsaved changes.`, 'Ask the person to save or revert the file, then try again.');
    }
    return place;
  }

  return {
    async read(path, range = {}) {
      const place = await findPlace(path, 'read', context);
      return readText(place, range, dirtyText(place, documents), anchored);
    },

    async readBytes(path) {
      const place = await findPlace(path, 'read', context);
      return readFileBytes(place, dirtyText(place, documents), anchored);
    },

    async list(path, { depth = 1, limit = 1000 } = {}, signal) {
      const place = await findPlace(path, 'list', context);
      return listFolder(place, { depth, limit, anchored, signal, hides: await hidden(place.touched) });
    },

    search: (query, signal) => searchFiles(query, { ...context, program: ripgrepPath, anchored, hidden }, signal),

    async planWrite(path, text) {
      return planWrite(await findWritable(path), text, anchored);
    },

    async planEdit(path, edit) {
      const place = await findWritable(path);
      // Whether a text is found tells what is in the file, so it takes the right to read, too.
      await findPlace(place.relative, 'read', context);
      return planEdit(place, edit, anchored);
    },

    async planCopy(path, bytes) {
      return planCopy(await findWritable(path), bytes, anchored);
    },

    async apply(change) {
      await applyChange(await findWritable(change.path), change, anchored);
    },
  };
}
