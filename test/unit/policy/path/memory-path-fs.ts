import type { PathEntry, PathFs } from '../../../../src/policy/path/path-fs.js';
import { pathStyle } from '../../../../src/policy/path/path-style.js';

/** A file system in memory that folds names as the platform's does, so that its rules are tried on any machine. */
export class MemoryPathFs implements PathFs {
  readonly #entries = new Map<string, PathEntry & { readonly path: string; readonly target?: string }>();
  readonly #looked: string[] = [];

  constructor(private readonly platform: NodeJS.Platform) {}

  /** Every path that was looked at, in order. */
  get looked(): readonly string[] {
    return this.#looked;
  }

  folder(path: string): this {
    this.#parents(path);
    return this.#put(path, { kind: 'folder', links: 1 });
  }

  file(path: string, links = 1): this {
    this.#parents(path);
    return this.#put(path, { kind: 'file', links });
  }

  link(path: string, target: string): this {
    this.#parents(path);
    return this.#put(path, { kind: 'link', links: 1, target });
  }

  lstat(path: string): PathEntry | undefined {
    this.#looked.push(path);
    const found = this.#entries.get(this.#key(path));
    return found && { kind: found.kind, links: found.links };
  }

  readlink(path: string): string {
    const target = this.#entries.get(this.#key(path))?.target;
    if (target === undefined) throw new Error(`no link at ${path}`);
    return target;
  }

  realpath(path: string): string {
    const found = this.#entries.get(this.#key(path));
    if (!found) throw Object.assign(new Error('absent'), { code: 'ENOENT' });
    return found.target ?? found.path;
  }

  #key(path: string): string {
    const { win32, folds } = pathStyle(this.platform);
    const slashed = win32 ? path.replaceAll('\\', '/') : path;
    return folds ? slashed.toLowerCase() : slashed;
  }

  #put(path: string, entry: PathEntry & { target?: string }): this {
    const native = this.platform === 'win32' ? path.replaceAll('/', '\\') : path;
    this.#entries.set(this.#key(path), { ...entry, path: native });
    return this;
  }

  #parents(path: string): void {
    const parts = path.split(/[\\/]/);
    for (let length = 2; length < parts.length; length++) {
      const parent = parts.slice(0, length).join('/');
      if (!this.#entries.has(this.#key(parent))) this.#put(parent, { kind: 'folder', links: 1 });
    }
  }
}
