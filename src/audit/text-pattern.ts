/** Finds a text anywhere; case doesn't matter. */
export const textPattern = (text: string): RegExp => new RegExp(escaped(text), 'i');

/** Finds a text in a canonical line, where it stands as JSON writes it. */
export const linePattern = (text: string): RegExp => textPattern(asJson(text));

/**
 * Finds the bytes of a text as they stand in a file of canonical lines, read as Latin-1. It may find more than the text, and
 * never less: whatever isn't ASCII counts as any of that kind, since upper and lower case of it have other bytes.
 */
export function bytePattern(text: string): RegExp {
  const runs = asJson(text).match(/[\0-\x7f]+|[^\0-\x7f]+/g) ?? [];
  return new RegExp(runs.map((run) => (run.charCodeAt(0) < 0x80 ? escaped(run) : '[\\x80-\\xff]+')).join(''), 'i');
}

const asJson = (text: string): string => JSON.stringify(text).slice(1, -1);

const escaped = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`);
