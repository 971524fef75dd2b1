import { checkRules, type RuleNames } from './check-rules.js';
import { brokenLayer, noRules, type RuleLayer } from './rule-layer.js';

/** Reads, compiles and tests rules. Neither rejects. It keeps nothing: who asks keeps the layer for as long as the text is the same. */
export interface RuleChecker {
  /** The text of a workspace's file. `folder` is the workspace folder, absolute and real; `source` names the file for a person. */
  file(text: string, source: string, folder: string): Promise<RuleLayer>;
  /** The value of the user's setting, which may be anything; undefined: no rules. */
  user(value: unknown): Promise<RuleLayer>;
}

const settings = 'your settings';

/** `parse` is the command guard's; it is asked when a rule is about commands. */
export function createRuleChecker(names: RuleNames): RuleChecker {
  return {
    file: (text, source, folder) => checkRules({ kind: 'file', text, source, folder }, names),
    async user(value) {
      if (value === undefined) return noRules;
      const text = jsonOf(value);
      if (text === undefined) return brokenLayer(settings, { message: 'The rules are no JSON.' });
      const layer = await checkRules({ kind: 'list', text, source: settings }, names);
      // Places in a text that nobody wrote help nobody.
      return layer.state === 'broken' ? brokenLayer(settings, ...layer.problems.map(({ message }) => ({ message }))) : layer;
    },
  };
}

function jsonOf(value: unknown): string | undefined {
  try {
    // Undefined for a function, whatever the type says.
    const text: string | undefined = JSON.stringify(value);
    return text;
  } catch {
    return undefined;
  }
}
