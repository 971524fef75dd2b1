/**
 * Text cut in its middle to at most `most` characters, with a note in between of how many are missing. The beginning and
 * the end stay, since errors tend to stand last. A pair of surrogates is never torn apart.
 */
export function cutMiddle(text: string, most: number, advice = ''): string {
  if (text.length <= most) return text;
  const note = (missing: number): string => `\n[… ${missing} of ${text.length} characters were cut out here.${advice && ` ${advice}`} …]\n`;
  const room = Math.max(0, most - note(text.length).length);
  const head = text.slice(0, Math.ceil(room * 0.6));
  const tail = room > head.length ? text.slice(text.length - (room - head.length)) : '';
  return withoutTornPairs(head) + note(text.length - head.length - tail.length) + withoutTornPairs(tail);
}

/** Text cut at its end, with an ellipsis as its last character when something is missing. */
export function cutEnd(text: string, most: number): string {
  return text.length <= most ? text : `${withoutTornPairs(text.slice(0, Math.max(0, most - 1)))}…`;
}

function withoutTornPairs(part: string): string {
  return part.replace(/^[\udc00-\udfff]/, '').replace(/[\ud800-\udbff]$/, '');
}
