import type { Usage } from '../models/model.js';

/** Tokens and cost of a whole conversation. */
export class Totals {
  #input = 0;
  #output = 0;
  #cost: number | undefined;

  /** `cost` in US dollars; undefined where the price is not known. */
  add(usage: Usage | undefined, cost: number | undefined): void {
    this.#input += usage?.input ?? 0;
    this.#output += usage?.output ?? 0;
    if (cost !== undefined) this.#cost = (this.#cost ?? 0) + cost;
  }

  /** `cost` only where at least one price was known. */
  get value(): { input: number; output: number; cost?: number } {
    return { input: this.#input, output: this.#output, ...(this.#cost !== undefined && { cost: this.#cost }) };
  }
}
