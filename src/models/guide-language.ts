/**
 * The command language of the built-in guide. One step a line, in any case:
 *
 *     help
 *     list [PATH]
 *     read PATH [FROM-TO]
 *     search TEXT [in PATH]
 *     write PATH: TEXT
 *     replace "A" with "B" in PATH
 *     run COMMAND
 *     python [with PATH[, PATH …]]: CODE
 *     node [with PATH[, PATH …]]: CODE
 *     fetch URL
 *     search the web for TEXT
 *
 * - A path or a text with blanks may stand in quotes: "…", '…' or `…`, in which \n, \t, \\ and the quote can be escaped.
 * - TEXT and CODE behind the colon are that one line. With nothing behind the colon they are the lines that follow:
 *   fenced by ``` lines, or indented lines up to the first that isn't, or, when the first is neither, all up to the end
 *   of the message.
 * - `search the web for` always means the web; in files those words are searched for in quotes.
 * - In `search` the last " in " divides text and path; a text that holds one needs quotes.
 * - A message is understood as a whole or not at all: one line that isn't understood, and no step is taken.
 */
export interface GuideStep {
  /** The step in the person's own words, one line, shortened. */
  readonly label: string;
  readonly tool: string;
  readonly arguments: Readonly<Record<string, unknown>>;
}

export type GuideMessage =
  | { readonly kind: 'steps'; readonly steps: readonly GuideStep[] }
  | { readonly kind: 'help' }
  /** `line` is what wasn't understood, `why` says what was expected, where that is known. */
  | { readonly kind: 'unknown'; readonly line: string; readonly why?: string };

interface Cursor {
  readonly lines: readonly string[];
  at: number;
}

type Parsed = Omit<GuideStep, 'label'> | { readonly why: string };

export function parseGuideMessage(text: string): GuideMessage {
  const cursor: Cursor = { lines: text.replaceAll(/\r\n?/g, '\n').split('\n'), at: 0 };
  const steps: GuideStep[] = [];
  while (cursor.at < cursor.lines.length) {
    const line = (cursor.lines[cursor.at++] ?? '').trim();
    if (line === '') continue;
    if (isHelp(line)) {
      if (text.trim() === line) return { kind: 'help' };
      return { kind: 'unknown', line, why: 'ask for help in a message of its own' };
    }
    const parsed = parseStep(line, cursor);
    if (!parsed) return { kind: 'unknown', line };
    if ('why' in parsed) return { kind: 'unknown', line, why: parsed.why };
    steps.push({ label: line.length > 80 ? `${line.slice(0, 79)}…` : line, ...parsed });
  }
  return steps.length === 0 ? { kind: 'help' } : { kind: 'steps', steps };
}

function isHelp(line: string): boolean {
  return /^(?:\/?help(?: me)?|\?|hi|hello|hey)[.!?]*$/i.test(line);
}

function parseStep(line: string, cursor: Cursor): Parsed | undefined {
  const [, word = '', rest = ''] = /^([a-z]+)(?![\w-])[ \t]*(.*)$/i.exec(line) ?? [];
  switch (word.toLowerCase()) {
    case 'list':
      return { tool: 'file_list', arguments: rest === '' ? {} : { path: unquote(rest) } };
    case 'read':
      return parseRead(rest);
    case 'search':
      return parseWebSearch(rest) ?? parseSearch(rest);
    case 'write':
      return parseWrite(rest, cursor);
    case 'replace':
      return parseReplace(rest);
    case 'run':
      return rest === '' ? { why: 'write the command behind it: run git status' } : { tool: 'shell_execute', arguments: { command: rest } };
    case 'python':
      return parseCode('python', rest, cursor);
    case 'node':
      return parseCode('javascript', rest, cursor);
    case 'fetch':
      return rest === '' ? { why: 'write the address behind it: fetch https://example.com' } : { tool: 'web_fetch', arguments: { url: unquote(rest) } };
    default:
      return undefined;
  }
}

function parseRead(rest: string): Parsed {
  const [, path = '', from, to] = /^(.*?)(?:[ \t]+(?:lines? )?(\d{1,9})(?:-(\d{1,9}))?)?$/.exec(rest) ?? [];
  if (path === '') return { why: 'write the file behind it: read README.md 1-20' };
  const range = from === undefined ? {} : { from: Number(from), to: Number(to ?? from) };
  return { tool: 'file_read', arguments: { path: unquote(path), ...range } };
}

function parseSearch(rest: string): Parsed {
  const why = { why: 'write the text behind it, in quotes if it has several words: search "to do" in src' };
  const quoted = takeQuoted(rest);
  if (quoted) {
    const path = /^[ \t]+in[ \t]+(.+)$/i.exec(quoted.rest)?.[1];
    if (quoted.text === '' || (path === undefined && quoted.rest.trim() !== '')) return why;
    return { tool: 'file_search', arguments: { pattern: quoted.text, ...(path !== undefined && { path: unquote(path) }) } };
  }
  const split = [...rest.matchAll(/[ \t]+in[ \t]+/gi)].at(-1);
  if (rest === '') return why;
  if (!split) return { tool: 'file_search', arguments: { pattern: rest } };
  return { tool: 'file_search', arguments: { pattern: rest.slice(0, split.index), path: unquote(rest.slice(split.index + split[0].length)) } };
}

function parseWebSearch(rest: string): Parsed | undefined {
  const query = /^the web(?:[ \t]+for(?:[ \t]+(.*))?)?$/i.exec(rest);
  if (!query) return undefined;
  const text = unquote(query[1] ?? '');
  return text === '' ? { why: 'write what to search for: search the web for tree-sitter bash' } : { tool: 'web_search', arguments: { query: text } };
}

function parseWrite(rest: string, cursor: Cursor): Parsed {
  const quoted = takeQuoted(rest);
  const [, path = '', text = ''] = quoted ? (/^:[ \t]*(.*)$/.exec(quoted.rest) ? ['', quoted.text, quoted.rest.slice(1)] : []) : (/^(.+?):(?:[ \t](.*))?$/.exec(rest) ?? []);
  const body = path === '' ? undefined : takeBody(text, cursor);
  if (body === undefined) return { why: 'write the file, a colon and the text: write notes.txt: Buy milk' };
  return { tool: 'file_write', arguments: { path, text: `${body}\n` } };
}

function parseReplace(rest: string): Parsed {
  const why = { why: 'write both texts in quotes: replace "old" with "new" in notes.txt' };
  const find = takeQuoted(rest);
  const withText = find && /^[ \t]+with[ \t]+(.*)$/i.exec(find.rest)?.[1];
  const replace = withText === undefined ? undefined : takeQuoted(withText);
  const path = replace && /^[ \t]+in[ \t]+(.+)$/i.exec(replace.rest)?.[1];
  if (!find || !replace || path === undefined) return why;
  return { tool: 'file_edit', arguments: { path: unquote(path), find: find.text, replace: replace.text } };
}

function parseCode(language: 'python' | 'javascript', rest: string, cursor: Cursor): Parsed {
  const [, list, body] = /^(?:with[ \t]+([^:]+))?:(.*)$/i.exec(rest) ?? [];
  const code = body === undefined ? undefined : takeBody(body, cursor);
  const files = list?.split(',').map((each) => unquote(each.trim())) ?? [];
  if (code !== undefined) return { tool: 'code_execute', arguments: { language, code, ...(files.length > 0 && { files }) } };
  return { why: `write a colon and the code: ${language === 'python' ? 'python: print(6 * 7)' : 'node: console.log(6 * 7)'}` };
}

/** The rest of the line or, when that is blank, the block that follows. `undefined`: there is none. */
function takeBody(rest: string, cursor: Cursor): string | undefined {
  if (rest.trim() !== '') return rest.trim();
  const { lines } = cursor;
  let start = cursor.at;
  while (start < lines.length && lines[start]?.trim() === '') start++;
  const first = lines[start];
  if (first === undefined) return undefined;
  const fence = /^[ \t]*(`{3,})[^`]*$/.exec(first)?.[1];
  let end = start;
  if (fence !== undefined) {
    const closing = lines.findIndex((line, at) => at > start && line.trim().startsWith(fence) && /^`+$/.test(line.trim()));
    // A fence that is never closed goes on to the end.
    end = closing === -1 ? lines.length : closing;
    cursor.at = end + 1;
    return lines.slice(start + 1, end).join('\n');
  }
  const isIndented = (line: string) => /^(?: {2,}|\t)/.test(line);
  if (isIndented(first)) while (end < lines.length && (isIndented(lines[end] ?? '') || lines[end]?.trim() === '')) end++;
  else end = lines.length;
  cursor.at = end;
  return dedent(lines.slice(start, end)).join('\n').trimEnd();
}

/** Takes away the blanks that all lines have in common at their start. */
function dedent(lines: readonly string[]): string[] {
  const indents = lines.filter((line) => line.trim() !== '').map((line) => /^[ \t]*/.exec(line)?.[0] ?? '');
  let common = indents[0] ?? '';
  for (const indent of indents) while (!indent.startsWith(common)) common = common.slice(0, -1);
  return lines.map((line) => line.slice(Math.min(common.length, line.length)));
}

const closingQuotes: Readonly<Record<string, string>> = { '"': '"', "'": "'", '`': '`', '“': '”' };
const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', '\\': '\\' };

/** A quoted text at the very start, and what is left behind it. An escape that means nothing stays as it is written. */
function takeQuoted(text: string): { text: string; rest: string } | undefined {
  const closing = closingQuotes[text.charAt(0)];
  if (closing === undefined) return undefined;
  let found = '';
  for (let at = 1; at < text.length; at++) {
    const character = text.charAt(at);
    if (character === closing) return { text: found, rest: text.slice(at + 1) };
    const next = text.charAt(at + 1);
    const escaped = character === '\\' ? (next === closing ? closing : escapes[next]) : undefined;
    found += escaped ?? character;
    if (escaped !== undefined) at++;
  }
  return undefined;
}

/** The text without quotes around the whole of it. */
function unquote(text: string): string {
  const trimmed = text.trim();
  const quoted = takeQuoted(trimmed);
  return quoted?.rest === '' ? quoted.text : trimmed;
}
