import path from 'node:path';
import { FolderNames } from './folder-names.js';
import { hasTrueName, parseSegmentFile, segmentsInForce, type SegmentFile } from './segment-name.js';

/** What the names in the folder of segments say. */
export interface Listing {
  /** By position. */
  readonly inForce: readonly SegmentFile[];
  /** Files that are named like a segment, and that nobody with the key named so. */
  readonly forged: readonly string[];
}

const mostNames = 10_000;

/** The segments that lie in a folder. */
export class SegmentList {
  readonly #names: FolderNames;
  /** What the name of each file says. */
  readonly #named = new Map<string, SegmentFile | 'forged'>();
  #known: (Listing & { readonly names: readonly string[] }) | undefined;

  constructor(
    private readonly folder: string,
    private readonly key: Uint8Array,
  ) {
    this.#names = new FolderNames(folder);
  }

  /** Throws the file system's error; a folder that isn't there is empty. */
  read(): Listing {
    const names = this.#names.read();
    if (this.#known?.names === names) return this.#known;
    const named: SegmentFile[] = [];
    const forged: string[] = [];
    for (const name of names) {
      const file = path.join(this.folder, name);
      const segment = this.#whatIs(file);
      if (segment === 'forged') forged.push(file);
      else if (segment) named.push(segment);
    }
    this.#known = { names, inForce: segmentsInForce(named).inForce, forged };
    return this.#known;
  }

  /** For who saw that a file is gone. */
  forget(): void {
    this.#names.forget();
  }

  /** `undefined` for what isn't named like a segment. */
  #whatIs(file: string): SegmentFile | 'forged' | undefined {
    const known = this.#named.get(file);
    if (known) return known;
    const parsed = parseSegmentFile(file);
    if (!parsed) return undefined;
    if (this.#named.size >= mostNames) this.#named.clear();
    const named = hasTrueName(this.key, parsed) ? parsed : 'forged';
    this.#named.set(file, named);
    return named;
  }
}
