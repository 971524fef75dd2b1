/**
 * The same text read in another way, with the place in the original that each of its characters came from. A secret may
 * stand in a text escaped, once or many times over, in part or as a whole: to undo all that and look for it in what is
 * left takes time in proportion to the text, whatever the text is.
 */
export interface Reading {
  readonly text: string;
  /** Where what each character of `text` stands for begins and ends in the original. */
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
}

const code = (character: string): number => character.charCodeAt(0);
const [backslash, percent, ampersand, hash, semicolon, plus] = ['\\', '%', '&', '#', ';', '+'].map(code) as [number, number, number, number, number, number];
const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: '\'' };
const controls: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' };

class Writer {
  readonly #units: Uint16Array;
  readonly #starts: Uint32Array;
  readonly #ends: Uint32Array;
  #length = 0;

  constructor(longest: number) {
    this.#units = new Uint16Array(longest);
    this.#starts = new Uint32Array(longest);
    this.#ends = new Uint32Array(longest);
  }

  put(unit: number, start: number, end: number): void {
    this.#units[this.#length] = unit;
    this.#starts[this.#length] = start;
    this.#ends[this.#length] = end;
    this.#length += 1;
  }

  end(): Reading {
    const bytes = Buffer.from(this.#units.buffer, 0, this.#length * 2);
    return { text: bytes.toString('utf16le'), starts: this.#starts.subarray(0, this.#length), ends: this.#ends.subarray(0, this.#length) };
  }
}

/**
 * Undoes what JSON, JavaScript, URLs, forms and HTML do to characters: `\"`, `\u0041`, `\x41`, `%41`, `%2541`, `&#65;`,
 * `&amp;`, with any number of backslashes, and twice where one hides the other. No backslash is left. It errs on the side of
 * reading too much as escaped; a secret is read in the same way before it is looked for.
 */
export function unescaped(text: string): Reading {
  const once = unescapedOnce(text);
  if (!/[%&]/.test(once.text)) return once;
  const { text: twice, starts, ends } = unescapedOnce(once.text);
  return { text: twice, starts: starts.map((at) => once.starts[at] ?? 0), ends: ends.map((at) => once.ends[at - 1] ?? 0) };
}

/** False for a text that `unescaped` gives back as it is. */
export function isEscaped(text: string): boolean {
  return /[\\%&]/.test(text);
}

function unescapedOnce(text: string): Reading {
  const out = new Writer(text.length);
  let at = 0;
  while (at < text.length) {
    const unit = text.charCodeAt(at);
    if (unit === backslash) at = afterBackslashes(text, at, out);
    else if (unit === percent) at = afterPercent(text, at, out);
    else if (unit === ampersand) at = afterAmpersand(text, at, out);
    else {
      out.put(unit, at, at + 1);
      at += 1;
    }
  }
  return out.end();
}

function afterBackslashes(text: string, start: number, out: Writer): number {
  let at = start;
  while (text.charCodeAt(at) === backslash) at += 1;
  const letter = text.charAt(at);
  if (letter === '') return at;
  const digits = letter === 'u' ? 4 : letter === 'x' ? 2 : 0;
  const value = digits > 0 ? hexAt(text, at + 1, digits) : -1;
  if (value >= 0) {
    if (value !== backslash) out.put(value, start, at + 1 + digits);
    return at + 1 + digits;
  }
  const control = controls[letter];
  if (control === undefined && (letter === '%' || letter === '&')) return at;
  out.put(code(control ?? letter), start, at + 1);
  return at + 1;
}

/** A run of escaped bytes, as UTF-8; how often `%` itself was escaped doesn't matter. */
function afterPercent(text: string, start: number, out: Writer): number {
  if (hexAt(text, start + 1, 2) < 0) {
    out.put(percent, start, start + 1);
    return start + 1;
  }
  const bytes: number[] = [];
  const starts: number[] = [];
  let at = start;
  while (text.charCodeAt(at) === percent) {
    let digits = at + 1;
    while (text.charCodeAt(digits) === 0x32 && text.charCodeAt(digits + 1) === 0x35 && hexAt(text, digits + 2, 2) >= 0) digits += 2;
    const value = hexAt(text, digits, 2);
    if (value < 0) break;
    bytes.push(value);
    starts.push(at);
    at = digits + 2;
  }
  starts.push(at);
  // One byte at a time keeps the places; a character of more than one byte begins where its first one stands.
  let index = 0;
  for (const character of Buffer.from(bytes).toString('utf8')) {
    const length = character === '\ufffd' ? 1 : Buffer.byteLength(character);
    const [from, to] = [starts[Math.min(index, bytes.length - 1)] ?? start, starts[Math.min(index + length, bytes.length)] ?? at];
    if (character !== '\\') for (let unit = 0; unit < character.length; unit += 1) out.put(character.charCodeAt(unit), from, to);
    index += length;
  }
  return at;
}

/** The longest is `&#x10ffff;`, with some zeros before. */
const longestEntity = 14;

function afterAmpersand(text: string, start: number, out: Writer): number {
  let end = start + 1;
  while (end < start + longestEntity && isNamePart(text.charCodeAt(end))) end += 1;
  const name = text.charCodeAt(end) === semicolon ? text.slice(start + 1, end) : '';
  const value = name.charCodeAt(0) === hash ? String.fromCodePoint(entityCode(name)) : (named[name] ?? '');
  if (value === '' || value === '\0') {
    out.put(ampersand, start, start + 1);
    return start + 1;
  }
  if (value !== '\\') for (let unit = 0; unit < value.length; unit += 1) out.put(value.charCodeAt(unit), start, end + 1);
  return end + 1;
}

/** Number sign, digits and letters. */
const isNamePart = (unit: number): boolean => unit === hash || (unit >= 0x30 && unit <= 0x39) || ((unit | 0x20) >= 0x61 && (unit | 0x20) <= 0x7a);

function entityCode(name: string): number {
  const digits = /^#(?:[xX]([0-9a-fA-F]{1,8})|(\d{1,8}))$/.exec(name);
  const value = digits?.[1] !== undefined ? Number.parseInt(digits[1], 16) : Number(digits?.[2] ?? 0);
  return value <= 0x10_ffff ? value : 0;
}

/** The number that so many hex digits stand for; -1 when they are none. */
function hexAt(text: string, at: number, digits: number): number {
  let value = 0;
  for (let index = at; index < at + digits; index += 1) {
    const digit = digitOf(text.charCodeAt(index));
    if (digit < 0) return -1;
    value = value * 16 + digit;
  }
  return value;
}

function digitOf(unit: number): number {
  if (unit >= 0x30 && unit <= 0x39) return unit - 0x30;
  const lower = unit | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}

/** As base64 in one alphabet and on one line, whichever of its alphabets and line lengths it had. */
export function asBase64(reading: Reading): Reading {
  return mapped(reading, base64Unit);
}

/** As hex in lower case, without what may stand between two bytes. */
export function asHex(reading: Reading): Reading {
  return mapped(reading, hexUnit);
}

/** What the unit at this place is read as in base64; -1 for none. */
export function base64Unit(text: string, at: number): number {
  const unit = text.charCodeAt(at);
  if (unit <= 0x20) return -1;
  return unit === 0x2d ? plus : unit === 0x5f ? 0x2f : unit;
}

/** What the unit at this place is read as in hex; -1 for none. */
export function hexUnit(text: string, at: number): number {
  const unit = text.charCodeAt(at);
  if (unit <= 0x20 || unit === 0x3a || unit === 0x2c || unit === 0x2d || unit === semicolon) return -1;
  const next = text.charCodeAt(at + 1) | 0x20;
  if (unit === 0x30 && next === 0x78) return -1;
  const lower = unit | 0x20;
  if (lower === 0x78) return -1;
  return unit >= 0x41 && unit <= 0x5a ? lower : unit;
}

/** `unitAt` gives what the unit at a place is read as; -1 leaves it out. */
function mapped({ text, starts, ends }: Reading, unitAt: (text: string, at: number) => number): Reading {
  const out = new Writer(text.length);
  for (let at = 0; at < text.length; at += 1) {
    const unit = unitAt(text, at);
    if (unit >= 0) out.put(unit, starts[at] ?? 0, ends[at] ?? 0);
  }
  return out.end();
}
