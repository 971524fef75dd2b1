import { findingOf, type Fault, type Place, type VerifyFinding } from './finding.js';

/** Bounds what a broken log can take of memory. */
export const mostFindings = 1_000;

/** What a check finds, as far as one can read it; the rest is counted. */
export class Findings {
  readonly #list: VerifyFinding[] = [];
  #more = 0;

  get list(): readonly VerifyFinding[] {
    return this.#list;
  }

  /** How many there were beyond the list. */
  get more(): number {
    return this.#more;
  }

  /** `what` replaces the sentence's first part, for what isn't about a line or an event. */
  note(fault: Fault, file: string, place: Place = {}, what?: string): void {
    if (this.#list.length >= mostFindings) this.#more += 1;
    else this.#list.push(findingOf(fault, file, place, what));
  }

  /** Some that were counted elsewhere and not kept. */
  add(more: number): void {
    this.#more += more;
  }

  has(file: string): boolean {
    return this.#list.some((each) => each.file === file);
  }
}
