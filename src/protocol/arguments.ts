/** One argument of a call as the card shows it. */
export interface ShownArgument {
  /** Undefined: the text is not a JSON object, and stands as it came. */
  readonly name: string | undefined;
  /** Strings as their own characters, everything else as JSON. */
  readonly text: string;
  readonly isString: boolean;
}

/**
 * Splits canonical arguments into fields, so that code is read as code. Shows the same as the JSON: a duplicate key can't
 * come from canonical text, and text that isn't an object is one field.
 */
export function shownArguments(argumentsText: string): readonly ShownArgument[] {
  const whole: ShownArgument = { name: undefined, text: argumentsText, isString: false };
  let value: unknown;
  try {
    value = JSON.parse(argumentsText);
  } catch {
    return [whole];
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [whole];
  return Object.entries(value).map(([name, each]) => ({
    name,
    text: typeof each === 'string' ? each : JSON.stringify(each, null, 2),
    isString: typeof each === 'string',
  }));
}
