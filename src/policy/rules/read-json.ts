import { type Node, type ParseError, findNodeAtLocation, getNodeValue, parseTree, printParseErrorCode } from 'jsonc-parser';
import type { RuleProblem } from './rule-layer.js';

export type JsonPath = readonly (string | number)[];

export interface JsonText {
  readonly value: unknown;
  /** The problem at the value there, or at the nearest one above it that exists. With `key`, at that property's name. */
  at(path: JsonPath, message: string, key?: string): RuleProblem;
}

export type ReadJson = { readonly ok: true; readonly json: JsonText } | { readonly ok: false; readonly problems: readonly RuleProblem[] };

/**
 * Reads strict JSON (RFC 8259) and remembers where everything stands: no comments, no comma at the end, and no name
 * twice, of which one reader takes the first and the next one the last.
 */
export function readJson(text: string): ReadJson {
  try {
    const errors: ParseError[] = [];
    const root = parseTree(text, errors, { disallowComments: true, allowTrailingComma: false, allowEmptyContent: false });
    const problems = errors.map(({ error, offset, length }) => ({ message: `This is not JSON: ${inWords(printParseErrorCode(error))}.`, offset, length }));
    if (root) problems.push(...badKeys(root));
    if (!root || problems.length > 0) return { ok: false, problems };
    return { ok: true, json: { value: getNodeValue(root), at: (path, message, key) => ({ message, ...placeOf(root, path, key) }) } };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { ok: false, problems: [{ message: 'This is not JSON that can be read: it is nested too deep.' }] };
  }
}

function badKeys(node: Node): { message: string; offset: number; length: number }[] {
  const seen = new Set<string>();
  const found: { message: string; offset: number; length: number }[] = [];
  for (const child of node.children ?? []) {
    const key = node.type === 'object' ? child.children?.[0] : undefined;
    if (key) {
      const name = String(key.value);
      if (seen.has(name)) found.push({ message: `“${name}” is there twice.`, offset: key.offset, length: key.length });
      // Assigning to it would set what the object inherits, and the checks would not see it.
      if (name === '__proto__') found.push({ message: '“__proto__” has no meaning here.', offset: key.offset, length: key.length });
      seen.add(name);
    }
    found.push(...badKeys(child));
  }
  return found;
}

function placeOf(root: Node, path: JsonPath, key: string | undefined): { offset: number; length: number } {
  let node: Node | undefined;
  for (let length = path.length; !node && length > 0; length--) node = findNodeAtLocation(root, path.slice(0, length));
  node ??= root;
  const named = key === undefined ? undefined : node.children?.find((each) => each.children?.[0]?.value === key)?.children?.[0];
  return { offset: (named ?? node).offset, length: (named ?? node).length };
}

/** `CommaExpected`: comma expected. */
function inWords(name: string): string {
  return name.replaceAll(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter}`).toLowerCase();
}
