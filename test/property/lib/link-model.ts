/** A model of a file system with links, that resolves names by itself: what the path guard is compared with. */
export type Node = { readonly kind: 'folder' | 'file' } | { readonly kind: 'link'; readonly target: string };

export interface Walk {
  /** Absolute; undefined when links never end. */
  readonly at: string | undefined;
  /** At some step the walk was not below the workspace. */
  readonly leftWorkspace: boolean;
  readonly links: number;
}

export class LinkModel {
  readonly #nodes = new Map<string, Node>();

  constructor(
    readonly root: string,
    readonly workspace: string,
  ) {
    this.#nodes.set(workspace, { kind: 'folder' });
  }

  node(path: string): Node | undefined {
    return this.#nodes.get(path);
  }

  /** False when something is there already, or when the place is not in a folder of the model. */
  add(path: string, node: Node): boolean {
    const parent = path.slice(0, path.lastIndexOf('/'));
    if (this.#nodes.has(path) || this.#nodes.get(parent)?.kind !== 'folder') return false;
    this.#nodes.set(path, node);
    return true;
  }

  isInside(path: string): boolean {
    return path === this.workspace || path.startsWith(`${this.workspace}/`);
  }

  /** Walks as the system does (path_resolution(7)); below what isn't there, names are taken as they stand. */
  walk(path: string): Walk {
    const absolute = (text: string): { at: string; names: string[] } => {
      // A spelling of the workspace itself is gone to in one step: the folders above it are nobody's business.
      const inside = text === this.workspace || text.startsWith(`${this.workspace}/`);
      return inside ? { at: this.workspace, names: text.slice(this.workspace.length).split('/') } : { at: '', names: text.split('/') };
    };
    let { at, names: pending } = absolute(path);
    let [leftWorkspace, links] = [false, 0];
    for (;;) {
      if (!this.isInside(at)) leftWorkspace = true;
      const name = pending.shift();
      if (name === undefined) return { at: at === '' ? '/' : at, leftWorkspace, links };
      if (name === '' || name === '.') continue;
      if (name === '..') {
        at = at.slice(0, Math.max(0, at.lastIndexOf('/')));
        continue;
      }
      const node = this.#nodes.get(`${at}/${name}`);
      if (node?.kind !== 'link') {
        at = `${at}/${name}`;
        continue;
      }
      if (++links > 40) return { at: undefined, leftWorkspace, links };
      if (node.target.startsWith('/')) {
        const to = absolute(node.target);
        at = to.at;
        pending = [...to.names, ...pending];
      } else {
        pending = [...node.target.split('/'), ...pending];
      }
    }
  }
}

/** `..` worked out by text alone; undefined when it climbs out. */
export function workOut(names: readonly string[]): string[] | undefined {
  const plain: string[] = [];
  for (const name of names) {
    if (name === '' || name === '.') continue;
    if (name !== '..') plain.push(name);
    else if (plain.pop() === undefined) return undefined;
  }
  return plain;
}
