const bits = 15;
const mask = (1 << bits) - 1;

/**
 * Numbers by three units of text that follow each other, in a table that a pass over a long text can ask for every place of
 * it. Triples that share a slot share their numbers: what is found may not be there, what is there is found.
 */
export class Triples {
  readonly #slots = new Uint16Array(1 << bits);
  readonly #numbers: number[][] = [[]];

  add(triple: string, number: number): void {
    if (triple.length !== 3) throw new RangeError(`${triple} is no triple`);
    const at = slot(triple.charCodeAt(0), triple.charCodeAt(1), triple.charCodeAt(2));
    const numbers = this.#numbers[this.#slots[at] ?? 0] ?? [];
    if (numbers.length > 0) numbers.push(number);
    else this.#slots[at] = this.#numbers.push([number]) - 1;
  }

  /** True where a triple that was added may stand. */
  has(first: number, second: number, third: number): boolean {
    return this.#slots[slot(first, second, third)] !== 0;
  }

  /** The numbers of the triples that may stand there. */
  at(first: number, second: number, third: number): readonly number[] {
    return this.#numbers[this.#slots[slot(first, second, third)] ?? 0] ?? [];
  }
}

const slot = (first: number, second: number, third: number): number => ((first * 31 + second) * 31 + third) & mask;
