import { isRefusal, type Refusal } from '../command/refusal.js';
import { touchedHost } from '../touches.js';
import { checkUrl } from '../url/check-url.js';
import type { CompiledRule } from './compile-rule.js';
import type { PolicyRule } from './rule.js';

export type ParseCommand = (command: string) => Promise<{ readonly words: readonly { readonly text: string }[] } | Refusal>;

export interface FailedTest {
  readonly list: 'match' | 'notMatch';
  readonly index: number;
  readonly message: string;
}

/**
 * Runs the examples that a rule carries. Each is read as what the rule is about: a command, a path, an address, a server
 * or the name of a tool. One that can't be read fails, in either list: it would test nothing.
 */
export async function runSelfTests({ tests = {} }: PolicyRule, compiled: CompiledRule, parse: ParseCommand): Promise<FailedTest[]> {
  const failed: FailedTest[] = [];
  for (const list of ['match', 'notMatch'] as const) {
    for (const [index, example] of (tests[list] ?? []).entries()) {
      const meant = await isMeant(example, compiled, parse);
      if (typeof meant === 'string') failed.push({ list, index, message: `The example ${quoted(example)} can’t be tested: ${meant}` });
      else if (meant && list === 'notMatch') failed.push({ list, index, message: `The rule covers the example ${quoted(example)}, and should not.` });
      else if (!meant && list === 'match') failed.push({ list, index, message: `The rule does not cover the example ${quoted(example)}, and should.` });
    }
  }
  return failed;
}

/** For a notification, which doesn't show the place. */
const quoted = (example: string): string => JSON.stringify(example.length > 60 ? `${example.slice(0, 60).toWellFormed()}…` : example);

async function isMeant(example: string, { words, name, host, server, tool }: CompiledRule, parse: ParseCommand): Promise<boolean | string> {
  if (words) {
    const parsed = await parse(example);
    return isRefusal(parsed) ? parsed.reason : words(parsed.words.map((word) => word.text));
  }
  if (name) {
    const relative = plainName(example);
    return relative === undefined ? 'write a path from the workspace folder, with forward slashes and without “..”.' : name(relative);
  }
  if (host) {
    const check = checkUrl(/^https?:/i.test(example) ? example : `https://${example}/`, {});
    return check.ok ? host(touchedHost(check)) : check.reason;
  }
  return server ? server(example) : tool(example);
}

function plainName(text: string): string | undefined {
  if (text.startsWith('/') || text.includes('\\') || /^[A-Za-z]:/.test(text)) return undefined;
  const names = text.split('/').filter((each) => each !== '' && each !== '.');
  return names.includes('..') ? undefined : names.join('/') || '.';
}
