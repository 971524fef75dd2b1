export type ExpandedBraces = { readonly ok: true; readonly patterns: readonly string[] } | { readonly ok: false; readonly problem: string };

/** One pattern may be this many once its braces are written out; each pair multiplies them. */
const mostPatterns = 64;

/** `{a,b}` written out, a pattern each. Braces don't nest, and `{1..5}` is not read. A backslash keeps the next character as it is. */
export function expandBraces(pattern: string): ExpandedBraces {
  let patterns = [''];
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern.charAt(at);
    if (character === '}') return problem('A “}” without its “{”; for the brace itself write “\\}”.');
    if (character !== '{') {
      const piece = character === '\\' ? pattern.slice(at, ++at + 1) : character;
      patterns = patterns.map((each) => each + piece);
      continue;
    }
    const end = pattern.indexOf('}', at);
    const inside = end === -1 ? '' : pattern.slice(at + 1, end);
    if (!inside.includes(',') || /[{\\]|\.\./.test(inside)) return problem('Braces hold alternatives such as {a,b}, without braces, backslashes or “..” in them; for the brace itself write “\\{”.');
    const alternatives = inside.split(',');
    if (patterns.length * alternatives.length > mostPatterns) return problem(`The braces stand for more than ${mostPatterns} patterns: write them as several.`);
    patterns = patterns.flatMap((each) => alternatives.map((one) => each + one));
    at = end;
  }
  return { ok: true, patterns };
}

const problem = (text: string): ExpandedBraces => ({ ok: false, problem: text });
