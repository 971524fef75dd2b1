import { canonicalJson, sha256 } from '../canonical.js';
import type { ModelCall } from '../models/model.js';

/** Sees when a model asks for the same call again and again: the same tool, and arguments that mean the same. */
export class RepeatWatch {
  #last = '';
  #count = 0;

  constructor(private readonly most: number) {}

  /** Takes the next call in order. True: it is the `most`-th identical one in a row. */
  isTooMany(call: ModelCall): boolean {
    const key = sha256(`${call.name}\0${canonicalArguments(call.argumentsJson)}`);
    this.#count = key === this.#last ? this.#count + 1 : 1;
    this.#last = key;
    return this.#count >= this.most;
  }
}

/** Keys in order, no blanks; the text as it is where it isn't JSON. */
function canonicalArguments(argumentsJson: string): string {
  try {
    return canonicalJson(JSON.parse(argumentsJson.trim() === '' ? '{}' : argumentsJson));
  } catch {
    return argumentsJson;
  }
}
