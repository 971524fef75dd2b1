/** A table as it is drawn: the first line names the columns. Every row has as many fields as the first. */
export interface Table {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/**
 * Reads comma-separated values (RFC 4180; a line may end in LF alone). Undefined for what is none: a quote in the middle
 * of a field, text behind a closing quote, rows of different lengths, one column only. `cut`: the text breaks off
 * somewhere, so its last line is left out. Time grows with the text alone.
 */
export function readCsv(text: string, cut: boolean): Table | undefined {
  const whole = text.replace(/^\ufeff/, '');
  const lines = readLines(cut ? whole.replace(/\r$/, '') : whole, cut);
  const [head, ...rows] = lines ?? [];
  if (!head || head.length < 2 || rows.some((row) => row.length !== head.length)) return undefined;
  return { head, rows };
}

/** A field up to and with what ends it: quoted, or plain. */
const field = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/y;

function readLines(text: string, cut: boolean): string[][] | undefined {
  const lines: string[][] = [];
  let line: string[] = [];
  let at = 0;
  for (;;) {
    field.lastIndex = at;
    const match = field.exec(text);
    // What breaks off within quotes is still a table up to there.
    if (!match) return cut && isOpenQuote(text, at) ? lines : undefined;
    const [whole, quoted, plain = '', end] = match;
    line.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    at += whole.length;
    if (end === ',') continue;
    if (end === '') {
      if (!cut) lines.push(line);
      return lines;
    }
    lines.push(line);
    line = [];
    if (at === text.length) return lines;
  }
}

const isOpenQuote = (text: string, at: number): boolean => /^"(?:[^"]|"")*"?$/.test(text.slice(at));
