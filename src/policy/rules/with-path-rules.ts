import type { PathChecker } from '../path/path-check.js';
import type { PathOperation } from '../subject.js';
import { touchedPath, type TouchedPath } from '../touches.js';
import { unknownTouches } from './found-touches.js';
import { judgeRules } from './judge-rules.js';
import type { LayeredRule, RuleLayer, RuleSource } from './rule-layer.js';

/** True for what rules keep out of a listing or a search. */
export type HidesPath = (path: TouchedPath) => boolean;

/** A path checker that knows the rules, too. */
export interface RuledPaths extends PathChecker {
  /**
   * What rules keep out below a folder that the person let the call read: whatever a rule denies, or asks about that did
   * not ask about the folder itself. Undefined when there are no such rules. The rules as they are now; must be asked anew for each call.
   */
  hidden(start: TouchedPath): Promise<HidesPath | undefined>;
}

/** The tools by which a file port is reached, for rules that name tools. What is found by searching is read, too. */
const toolsFor: Record<PathOperation, readonly string[]> = {
  read: ['file_read'],
  list: ['file_list'],
  search: ['file_search', 'file_read'],
  write: ['file_write', 'file_edit'],
};

/**
 * Joins the path guard with the rules of the user and the workspace. The engine judges what a call names; this is for
 * whoever opens files: a folder's entries, and what a link leads to by the time it is opened. A rule that asks is told in
 * `byRule`, for the person was asked by then. Broken rules deny every path.
 */
export function withPathRules(checker: PathChecker, source: RuleSource): RuledPaths {
  const layers = async (): Promise<readonly ['user' | 'workspace', RuleLayer][]> => [
    ['user', await source.user()],
    ['workspace', await source.workspace()],
  ];

  return {
    async check(text, operation, options) {
      const found = await checker.check(text, operation, options);
      if (found.decision.verdict === 'deny') return found;
      const touched = touchedPath(found, operation);
      if (!touched) return { decision: unknownTouches.refused };
      const said = (await layers()).flatMap(([name, layer]) => judgeRules(name, layer, (rule) => coversPath(rule, touched), found.decision.risk) ?? []);
      const strictest = said.find(({ decision }) => decision.verdict === 'deny') ?? said[0];
      if (!strictest) return found;
      return strictest.decision.verdict === 'deny' ? { decision: strictest.decision } : { ...found, byRule: strictest.decision };
    },

    async hidden(start) {
      const all = await layers();
      if (all.some(([, layer]) => layer.state === 'broken')) return () => true;
      const rules = all.flatMap(([, layer]) => (layer.state === 'ready' ? layer.rules : []));
      const tightening = rules.filter((each) => each.rule.verdict !== 'allow' && each.rule.match?.paths && !(each.rule.verdict === 'ask' && coversPath(each, start)));
      return tightening.length === 0 ? undefined : (path) => tightening.some((each) => coversPath(each, path));
    },
  };
}

function coversPath({ covers }: LayeredRule, path: TouchedPath): boolean {
  return covers.path(path, toolsFor[path.operation]);
}
