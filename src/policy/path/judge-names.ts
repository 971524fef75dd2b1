import type { Decision } from '../decision.js';
import type { PathOperation } from '../subject.js';
import { configAsCode } from './config-as-code.js';
import { internalFiles } from './internal-files.js';
import { createNameMatcher } from './name-matcher.js';
import { sensitiveFiles } from './sensitive-files.js';

const sensitive = createNameMatcher(sensitiveFiles);
const internal = createNameMatcher(internalFiles);
const config = createNameMatcher(configAsCode);

export interface NameQuestion {
  /** Every way to name the file that counts: as written and as resolved, forward slashes. */
  readonly paths: readonly string[];
  /** How the file is called in the reason. */
  readonly shown: string;
  readonly operation: PathOperation;
  readonly mayConfigure: boolean;
  /** The file system takes `A` and `a` for the same name. */
  readonly folds: boolean;
}

/** What the lists of protected files say about a path by its name alone; undefined when they have nothing to say. */
export function judgeNames({ paths, shown, operation, mayConfigure, folds }: NameQuestion): Decision | undefined {
  const secret = sensitive(paths)?.entry;
  if (operation !== 'write') {
    if (!secret) return undefined;
    const bare = { rule: 'path.sensitive', risk: 'high', reason: `${shown} ${secret.reason}.` } as const;
    return secret.read === 'deny'
      ? { ...bare, verdict: 'deny', next: 'Ask the person for the one line that is needed.' }
      : { ...bare, verdict: 'ask', warnings: [`This file ${secret.reason}: what is read is sent to the model.`] };
  }

  const inside = internal(paths)?.entry;
  if (inside) return { verdict: 'deny', risk: 'critical', rule: inside.rule, reason: `${shown} ${inside.reason}.`, next: inside.next };
  if (secret?.write === 'deny') {
    return { verdict: 'deny', risk: 'high', rule: 'path.sensitive', reason: `${shown} ${secret.reason}.`, next: 'A person can change it in the editor.' };
  }
  const code = config(paths);
  if (!code) return undefined;
  if (!mayConfigure) {
    return {
      verdict: 'deny',
      risk: 'high',
      rule: 'path.config-not-permitted',
      reason: `${shown} is configuration that can run code, and this agent may not change configuration.`,
      next: 'Use an agent that may, or change it in the editor.',
    };
  }
  if (!code.exact && folds && code.pattern.startsWith('.')) {
    return {
      verdict: 'deny',
      risk: 'high',
      rule: 'path.other-spelling',
      reason: `${shown} is another spelling of ${code.pattern}, which is configuration that can run code.`,
      next: 'Write the name in its usual spelling.',
    };
  }
  return {
    verdict: 'ask',
    risk: 'high',
    rule: 'path.config-as-code',
    reason: `${shown} is configuration that can run code, so writing it asks every time.`,
    warnings: [`${shown} is ${code.entry.is}.`],
  };
}
