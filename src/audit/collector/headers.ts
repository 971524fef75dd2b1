/** Headers with secrets, and the one origin that they are sent to. */
export interface CollectorHeaders {
  /** Of the endpoint they were entered for: a changed address must not get the secrets of the old one. */
  readonly origin: string;
  readonly values: Readonly<Record<string, string>>;
}

/** What the transport sets itself, or what would change how the message is read (RFC 9110, RFC 9112). */
const reserved =
  /^(?:accept-encoding|connection|content-.*|date|expect|host|keep-alive|origin|proxy-.*|referer|sec-.*|te|trailer|transfer-encoding|upgrade|user-agent|via)$/;

/** What is wrong with a header's name, as a sentence; `undefined` for a good one. */
export function headerNameProblem(name: string): string | undefined {
  // RFC 9110, section 5.1: a token.
  if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$/.test(name)) return 'A header’s name has letters, digits and hyphens only.';
  return reserved.test(name.toLowerCase()) ? 'Axon sets this header itself.' : undefined;
}

/** What is wrong with a header's value, as a sentence that doesn't repeat it; `undefined` for a good one. */
export function headerValueProblem(value: string): string | undefined {
  if (value === '') return 'The value is empty.';
  if (value.length > 8_000) return 'The value is longer than servers take (8,000 characters).';
  // RFC 9110, section 5.5, without what is not ASCII and without blanks at the ends.
  return /^[\x21-\x7e](?:[\t\x20-\x7e]*[\x21-\x7e])?$/.test(value) ? undefined : 'The value may hold printable ASCII characters only, and no blank at its ends.';
}

/** Every secret in a header's value: itself, what follows its scheme, and the two halves of basic authentication. */
export function secretsOf(value: string): readonly string[] {
  const [, scheme, rest] = /^([A-Za-z][\w-]{0,30})\s+(\S.*)$/.exec(value) ?? [];
  if (rest === undefined) return [value];
  if (scheme?.toLowerCase() !== 'basic') return [value, rest];
  const plain = Buffer.from(rest, 'base64').toString('utf8');
  return [value, rest, plain, plain.slice(plain.indexOf(':') + 1)];
}

/** The headers for an endpoint: none when they were entered for another. */
export function headersFor(held: CollectorHeaders | undefined, origin: string): Readonly<Record<string, string>> {
  return held?.origin === origin ? held.values : {};
}

/** Reads what SecretStorage holds; anything that isn't ours is no headers. */
export function parseHeaders(text: string | undefined): CollectorHeaders | undefined {
  if (text === undefined) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null || !('origin' in value) || !('values' in value)) return undefined;
  const { origin, values } = value;
  if (typeof origin !== 'string' || typeof values !== 'object' || values === null) return undefined;
  const entries = Object.entries(values as Record<string, unknown>);
  const good = entries.filter((entry): entry is [string, string] => headerNameProblem(entry[0]) === undefined && typeof entry[1] === 'string' && headerValueProblem(entry[1]) === undefined);
  return { origin, values: Object.fromEntries(good) };
}
