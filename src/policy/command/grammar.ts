import type { Parser, Tree, TreeCursor } from 'web-tree-sitter';

/** Where a grammar file lies: next to the bundle, or in a package while testing. */
export type LocateWasm = (name: 'web-tree-sitter.wasm' | 'tree-sitter-bash.wasm') => string;

export interface Range {
  readonly start: number;
  readonly end: number;
}

/** What the grammar makes of a command: the places of its literal words, or that it is something else. */
export type Reading = { readonly words: readonly Range[] } | { readonly other: string };

export type ReadWithGrammar = (command: string) => Promise<Reading>;

/**
 * A reader that loads the bash grammar when it is first used. A failure to load rejects that call only; the next one
 * tries again.
 */
export function createGrammarReader(locate: LocateWasm): ReadWithGrammar {
  let loading: Promise<Parser> | undefined;
  return async (command) => {
    loading ??= loadParser(locate);
    const parser = await loading.catch((error: unknown) => {
      loading = undefined;
      throw error;
    });
    const tree = parser.parse(command);
    if (!tree) return { other: 'no tree' };
    try {
      return readTree(tree);
    } finally {
      tree.delete();
    }
  };
}

async function loadParser(locate: LocateWasm): Promise<Parser> {
  const sitter = await import('web-tree-sitter');
  await sitter.Parser.init({ locateFile: () => locate('web-tree-sitter.wasm') });
  const parser = new sitter.Parser();
  parser.setLanguage(await sitter.Language.load(locate('tree-sitter-bash.wasm')));
  return parser;
}

const wordParts = new Set(['word', 'number', 'raw_string', 'string', 'concatenation', 'string_content', '"', '$']);

/** Walks with a cursor, which is ten times as fast as asking nodes for their children. Anonymous nodes count too: `;` and `&`. */
function readTree(tree: Tree): Reading {
  const cursor = tree.walk();
  try {
    if (tree.rootNode.hasError) return { other: 'an error' };
    if (!cursor.gotoFirstChild()) return { other: 'nothing' };
    const type: string = cursor.nodeType;
    if (type !== 'command') return { other: type };
    const words: Range[] = [];
    cursor.gotoFirstChild();
    do {
      const isName = cursor.nodeType === 'command_name';
      if (isName !== (words.length === 0)) return { other: cursor.nodeType };
      words.push({ start: cursor.startIndex, end: cursor.endIndex });
      if (!isLiteral(cursor, isName)) return { other: 'not literal' };
    } while (cursor.gotoNextSibling());
    cursor.gotoParent();
    return cursor.gotoNextSibling() ? { other: 'several parts' } : { words };
  } finally {
    cursor.delete();
  }
}

/** Leaves the cursor where it was, unless something isn't literal. */
function isLiteral(cursor: TreeCursor, isName: boolean): boolean {
  if (!isName && (!wordParts.has(cursor.nodeType) || cursor.nodeIsMissing)) return false;
  if (!cursor.gotoFirstChild()) return !isName;
  let children = 0;
  do {
    children++;
    if (!isLiteral(cursor, false)) return false;
  } while (cursor.gotoNextSibling());
  cursor.gotoParent();
  return !isName || children === 1;
}
