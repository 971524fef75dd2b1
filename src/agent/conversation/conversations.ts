import type { Stats } from 'node:fs';
import { open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { AxonError, codeOf, messageOf } from '../../errors.js';
import { visibleLine } from '../../visible.js';
import { cutEnd } from '../cut.js';
import { newId } from '../ids.js';
import { ConversationFile } from './conversation-file.js';
import type { Entry } from './entry.js';
import { parseHeader, readConversation, replaceFile } from './read-conversation.js';

export interface ConversationRow {
  readonly id: string;
  readonly title: string;
  /** Milliseconds since the epoch. */
  readonly updatedAt: number;
}

/** A conversation that was opened, or begun. */
export interface OpenConversation {
  readonly file: ConversationFile;
  readonly title: string;
  readonly entries: readonly Entry[];
}

/** A header fits into this many bytes, whatever the title. */
const headBytes = 2_048;
const readAtOnce = 16;
/** A file without a whole header may be one that another window is just beginning. */
const beginning = 10_000;

/**
 * The conversations in one folder: `ID.jsonl` each, and `ID.title` for one that was renamed. Any number of windows may
 * share the folder. Only the conversation that is open is held in memory.
 */
export class Conversations {
  readonly #known = new Map<string, { readonly state: string; readonly title: string }>();

  constructor(
    private readonly folder: string,
    /** Hears what was wrong with a file, as a sentence for a person. */
    private readonly onProblem: (message: string) => void,
    private readonly now: () => number = Date.now,
  ) {}

  /** Nothing is on disk until something is said in it. */
  create(): OpenConversation {
    const id = newId('c');
    const header = { type: 'conversation' as const, version: 1 as const, id, createdAt: this.now(), title: '' };
    return { file: new ConversationFile(this.#file(id), header), title: '', entries: [] };
  }

  /** Rejects with `AxonError`: not-found, too-large, io. */
  async open(id: string): Promise<OpenConversation> {
    const { header, entries, size, torn } = await readConversation(this.#file(id), this.onProblem, this.now);
    if (header.id !== id) throw new AxonError('io', 'This file belongs to another conversation.', 'Start a new conversation.');
    const title = (await readFile(this.#titleFile(id), 'utf8').catch(() => '')) || header.title;
    return { file: new ConversationFile(this.#file(id), header, { size, torn }), title: tidyTitle(title), entries };
  }

  /** The newest first. Reads the first lines only, and those of unchanged files only once. */
  async list(): Promise<readonly ConversationRow[]> {
    const names = new Set(await readdir(this.folder).catch(() => []));
    const ids = [...names].flatMap((name) => (name.endsWith('.jsonl') && isId(name.slice(0, -6)) ? [name.slice(0, -6)] : []));
    for (const id of this.#known.keys()) if (!names.has(`${id}.jsonl`)) this.#known.delete(id);
    const rows: ConversationRow[] = [];
    const worker = async (): Promise<void> => {
      for (let id = ids.pop(); id !== undefined; id = ids.pop()) {
        const row = await this.#row(id, names.has(`${id}.title`));
        if (row) rows.push(row);
      }
    };
    await Promise.all(Array.from({ length: readAtOnce }, worker));
    return rows.sort((a, b) => b.updatedAt - a.updatedAt || (a.id < b.id ? -1 : 1));
  }

  async rename(id: string, title: string): Promise<void> {
    await stat(this.#file(id)).catch((error: unknown) => {
      throw new AxonError('not-found', 'This conversation is gone.', '', { cause: error });
    });
    await replaceFile(this.#titleFile(id), tidyTitle(title));
    this.#known.delete(id);
  }

  /** Removes all that was kept of it, copies of a damaged file too. Deleting one that is not there is harmless. */
  async delete(id: string): Promise<void> {
    await rm(this.#file(id), { force: true });
    const rest = (await readdir(this.folder).catch(() => [])).filter((name) => name.startsWith(`${id}.`));
    await Promise.all(rest.map((name) => rm(path.join(this.folder, name), { force: true })));
    this.#known.delete(id);
  }

  async #row(id: string, renamed: boolean): Promise<ConversationRow | undefined> {
    try {
      const stats = await stat(this.#file(id));
      const state = `${stats.mtimeMs} ${stats.size}`;
      const known = this.#known.get(id);
      if (!renamed && known?.state === state) return { id, title: known.title, updatedAt: stats.mtimeMs };
      const title = renamed ? await readFile(this.#titleFile(id), 'utf8') : await this.#titleInHeader(id, stats);
      if (title === undefined) return undefined;
      this.#known.set(id, { state, title: tidyTitle(title) });
      return { id, title: tidyTitle(title), updatedAt: stats.mtimeMs };
    } catch (error) {
      // Deleted by another window meanwhile, or unreadable: one file must not hide the others.
      if (!isMissing(error)) this.onProblem(`A conversation could not be read: ${messageOf(error)}`);
      return undefined;
    }
  }

  async #titleInHeader(id: string, stats: Stats): Promise<string | undefined> {
    const head = await readHead(this.#file(id));
    const header = parseHeader(head.slice(0, Math.max(0, head.indexOf('\n'))));
    if (header?.id === id) return header.title;
    if (this.now() - stats.mtimeMs < beginning) return undefined;
    const aside = `${this.#file(id)}.damaged-${this.now()}`;
    await rename(this.#file(id), aside);
    this.onProblem(`A conversation is damaged and is no longer listed. The file is kept as ${aside}.`);
    return undefined;
  }

  #file(id: string): string {
    // An id comes from the page: without this check it could name any file.
    if (!isId(id)) throw new AxonError('not-found', 'There is no such conversation.');
    return path.join(this.folder, `${id}.jsonl`);
  }

  #titleFile(id: string): string {
    return this.#file(id).replace(/\.jsonl$/, '.title');
  }
}

/** One line of at most 200 characters in which nothing hides. */
export function tidyTitle(title: string): string {
  return cutEnd(visibleLine(title.replaceAll(/\s+/g, ' ').trim()), 200);
}

function isId(text: string): boolean {
  return /^c_[0-9a-f]{24}$/.test(text);
}

function isMissing(error: unknown): boolean {
  return codeOf(error) === 'ENOENT';
}

async function readHead(file: string): Promise<string> {
  const handle = await open(file, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(headBytes), 0, headBytes, 0);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await handle.close();
  }
}
