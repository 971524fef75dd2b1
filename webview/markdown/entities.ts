const named: Readonly<Record<string, string>> = {
  amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ', hellip: '…', mdash: '—', ndash: '–', copy: '©', reg: '®', trade: '™',
  times: '×', middot: '·', bull: '•', rarr: '→', larr: '←', harr: '↔', uarr: '↑', darr: '↓', le: '≤', ge: '≥', ne: '≠', plusmn: '±',
  deg: '°', lsquo: '‘', rsquo: '’', ldquo: '“', rdquo: '”', laquo: '«', raquo: '»', euro: '€', pound: '£', sect: '§', para: '¶',
  check: '✓', colon: ':', lpar: '(', rpar: ')', lbrack: '[', rbrack: ']', num: '#', ast: '*', lowbar: '_', vert: '|', grave: '`',
};

/** Character references as Markdown has them. One that isn't known stays as it was written. */
export function decodeEntities(text: string): string {
  if (!text.includes('&')) return text;
  return text.replaceAll(/&(?:#x([\da-f]{1,6})|#(\d{1,7})|(\w+));/gi, (whole, hex?: string, decimal?: string, name?: string) => {
    if (name !== undefined) return named[name] ?? whole;
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    if (code === 0 || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return '�';
    return String.fromCodePoint(code);
  });
}
