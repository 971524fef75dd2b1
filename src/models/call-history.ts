import { sha256 } from '../canonical.js';

/**
 * A call's arguments as an object, for a history that is sent again. Providers refuse a whole conversation for one call
 * whose arguments aren't a JSON object, so what a model once broke is put in as text.
 */
export function argumentsObject(argumentsJson: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(argumentsJson === '' ? '{}' : argumentsJson);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    return { not_json: argumentsJson.slice(0, 2_000) };
  }
  return { not_an_object: argumentsJson.slice(0, 2_000) };
}

/** A call's id in a form that every provider takes (letters, digits, `_`, `-`, at most 40): a conversation may change models. */
export function portableCallId(id: string): string {
  return /^[\w-]{1,40}$/.test(id) ? id : `call_${sha256(id).slice(0, 32)}`;
}
