/** A line of a robots.txt that is meant for us. */
export interface RobotsRule {
  readonly allows: boolean;
  /** In the form of `normal`; `*` stands for anything, `$` at the end for the end. */
  readonly pattern: string;
}

/**
 * The rules of a robots.txt for one program, after RFC 9309: the groups that name it, joined, or else those for `*`. Time
 * and memory grow with the text alone, whatever it holds.
 */
export function robotsRules(text: string, program: string): readonly RobotsRule[] {
  const named: RobotsRule[] = [];
  const common: RobotsRule[] = [];
  let isNamed = false;
  let targets = new Set<RobotsRule[]>();
  let inHead = false;
  for (const line of text.replace(/^\ufeff/, '').split(/\r\n|\r|\n/)) {
    const [, key = '', value = ''] = /^[ \t]*([a-z-]{1,20})[ \t]*:[ \t]*([^#]*)/i.exec(line) ?? [];
    const word = key.toLowerCase();
    if (word === 'user-agent') {
      if (!inHead) targets = new Set();
      inHead = true;
      if (value.trim() === '*') targets.add(common);
      if (/^[a-z_-]+/i.exec(value)?.[0].toLowerCase() === program.toLowerCase()) {
        isNamed = true;
        targets.add(named);
      }
    } else if (word === 'allow' || word === 'disallow') {
      inHead = false;
      const pattern = value.trim();
      // An empty one says nothing; one that is no path means nothing.
      if (/^[/*]/.test(pattern)) for (const target of targets) target.push({ allows: word === 'allow', pattern: normal(pattern) });
    }
  }
  return isNamed ? named : common;
}

/** True when the rules let the program fetch the path (with its query): the longest pattern that fits decides, of equals the one that allows. */
export function mayFetch(rules: readonly RobotsRule[], path: string): boolean {
  if (path === '/robots.txt') return true;
  const wanted = normal(path);
  let best: RobotsRule | undefined;
  for (const rule of rules) {
    const isBetter = !best || rule.pattern.length > best.pattern.length || (rule.pattern.length === best.pattern.length && rule.allows);
    if (isBetter && fits(rule.pattern, wanted)) best = rule;
  }
  return best?.allows ?? true;
}

/** Takes each part between stars at the first place where it is found; no later place could let more follow. */
function fits(pattern: string, path: string): boolean {
  const isWhole = pattern.endsWith('$');
  const [head = '', ...parts] = (isWhole ? pattern.slice(0, -1) : pattern).split('*');
  if (!path.startsWith(head)) return false;
  let at = head.length;
  const last = isWhole ? parts.pop() : undefined;
  for (const part of parts) {
    const found = path.indexOf(part, at);
    if (found === -1) return false;
    at = found + part.length;
  }
  if (!isWhole) return true;
  return last === undefined ? at === path.length : path.length - last.length >= at && path.endsWith(last);
}

/** Percent signs in one form: letters beyond ASCII are encoded, unreserved characters aren't, digits are upper case. */
function normal(path: string): string {
  return path
    .toWellFormed()
    .replaceAll(/[^\u0021-\u007e]/gu, (character) => encodeURIComponent(character))
    .replaceAll(/%[\da-f]{2}/gi, (escape) => {
      const character = String.fromCharCode(Number.parseInt(escape.slice(1), 16));
      return /[\w.~-]/.test(character) ? character : escape.toUpperCase();
    });
}
