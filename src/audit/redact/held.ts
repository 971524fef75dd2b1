import { asBase64, asHex, base64Unit, hexUnit, isEscaped, unescaped, type Reading } from './readings.js';
import { Triples } from './triples.js';

/** Shorter secrets are not looked for: they would black out ordinary words. */
const shortestSecret = 4;
/** The same for what base64 and hex make of one. */
const shortestForm = 6;

/** Half-open, in units of the text. */
type Span = readonly [from: number, to: number];

/**
 * Finds secrets that we hold, word for word, in every way they may stand in a text: as they are, escaped for JSON, URLs,
 * forms or HTML, in part or many times over, in hex, and in base64 (both alphabets, UTF-8 and UTF-16, wherever in the
 * encoded text they begin).
 */
export class HeldSecrets {
  readonly #plain: readonly string[];
  readonly #unescaped: readonly string[];
  readonly #base64: readonly string[];
  readonly #hex: readonly string[];
  readonly #beginnings: Record<'unescaped' | 'base64' | 'hex', Triples>;

  constructor(secrets: readonly string[]) {
    const known = [...new Set(secrets)].filter((each) => each.length >= shortestSecret);
    this.#plain = unique(known, 1);
    this.#unescaped = unique(known.map((each) => unescaped(each).text).flatMap((each) => [each, each.replaceAll(' ', '+')]), shortestSecret);
    this.#base64 = unique(known.flatMap((each) => [...base64Forms(each), ...(/^[\w+/=-]{16,}$/.test(each) ? [asBase64(unescaped(each)).text.replace(/=+$/, '')] : [])]), shortestForm);
    this.#hex = unique(known.flatMap((each) => [...bytesOf(each).map((bytes) => bytes.toString('hex')), ...(/^[0-9a-f]{8,}$/i.test(each) ? [each.toLowerCase()] : [])]), shortestForm);
    this.#beginnings = { unescaped: beginnings(this.#unescaped), base64: beginnings(this.#base64), hex: beginnings(this.#hex) };
  }

  /** The text with `[redacted:held]` in each secret's place. It has no quote or backslash, so JSON text stays JSON text. */
  strike(text: string): string {
    if (this.#plain.length === 0 || text.length < shortestSecret) return text;
    const spans = [...this.#plain.flatMap((each) => placesOf(each, text)), ...this.#readPlaces(text)];
    return spans.length === 0 ? text : without(spans, text);
  }

  #readPlaces(text: string): Span[] {
    // Most texts say at a glance that there is nothing to find, and are spared what it takes to know the places.
    if (!isEscaped(text) && !this.#mayHold(text)) return [];
    const plain = unescaped(text);
    if (!this.#mayHold(plain.text)) return [];
    return [...found(this.#unescaped, plain), ...found(this.#base64, asBase64(plain)), ...found(this.#hex, asHex(plain))];
  }

  /** False only where no reading of an unescaped text holds the beginning of any form. */
  #mayHold(plain: string): boolean {
    const { unescaped: words, base64, hex } = this.#beginnings;
    let [word1, word2, base1, base2, hex1, hex2] = [0, 0, 0, 0, 0, 0];
    for (let at = 0; at < plain.length; at += 1) {
      const unit = plain.charCodeAt(at);
      if (words.has(word1, word2, unit)) return true;
      [word1, word2] = [word2, unit];
      const base = base64Unit(plain, at);
      if (base >= 0) {
        if (base64.has(base1, base2, base)) return true;
        [base1, base2] = [base2, base];
      }
      const digit = hexUnit(plain, at);
      if (digit >= 0) {
        if (hex.has(hex1, hex2, digit)) return true;
        [hex1, hex2] = [hex2, digit];
      }
    }
    return false;
  }
}

function beginnings(forms: readonly string[]): Triples {
  const triples = new Triples();
  for (const form of forms) triples.add(form.slice(0, 3), 0);
  return triples;
}

const unique = (forms: readonly string[], shortest: number): string[] => [...new Set(forms)].filter((each) => each.length >= shortest);

function placesOf(form: string, text: string): Span[] {
  const spans: Span[] = [];
  for (let at = text.indexOf(form); at !== -1; at = text.indexOf(form, at + 1)) spans.push([at, at + form.length]);
  return spans;
}

function found(forms: readonly string[], { text, starts, ends }: Reading): Span[] {
  return forms.flatMap((form) => placesOf(form, text)).map(([from, to]) => [starts[from] ?? 0, ends[to - 1] ?? 0]);
}

/** Spans that touch or overlap become one: a secret inside another leaves nothing of it behind. */
function without(spans: Span[], text: string): string {
  let clean = '';
  let done = 0;
  spans.sort(([a], [b]) => a - b);
  for (const [from, to] of spans) {
    if (from >= done && (from > done || done === 0)) clean += `${text.slice(done, from)}[redacted:held]`;
    done = Math.max(done, to);
  }
  return clean + text.slice(done);
}

const bytesOf = (secret: string): Buffer[] => [Buffer.from(secret, 'utf8'), Buffer.from(secret, 'utf16le')];

/** What stands in base64 wherever the secret begins in what was encoded: its outermost characters hold bits of its neighbours. */
function base64Forms(secret: string): string[] {
  return bytesOf(secret).flatMap((bytes) =>
    [0, 1, 2].map((before) => {
      const text = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64').replace(/=+$/, '');
      return text.slice([0, 2, 3][before], text.length - ((before + bytes.length) % 3 === 0 ? 0 : 1));
    }),
  );
}
