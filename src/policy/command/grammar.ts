import type { Node, Parser } from 'web-tree-sitter';

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
      return readTree(tree.rootNode);
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

/** All children count, anonymous ones too: `;` and `&` are tokens without a name. */
function readTree(root: Node): Reading {
  if (root.hasError) return { other: 'an error' };
  const [command, ...more] = root.children;
  if (!command || more.length > 0) return { other: 'several parts' };
  if (command.type !== 'command') return { other: command.type };
  const words: Range[] = [];
  for (const child of command.children) {
    const word = child.type === 'command_name' ? child.firstChild : child;
    if (!word || (words.length === 0) !== (child.type === 'command_name') || !isLiteral(word)) return { other: child.type };
    words.push({ start: word.startIndex, end: word.endIndex });
  }
  return { words };
}

function isLiteral(node: Node): boolean {
  return wordParts.has(node.type) && !node.isMissing && node.children.every(isLiteral);
}
