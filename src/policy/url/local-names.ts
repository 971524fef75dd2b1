/**
 * Names that mean this machine or its surroundings whatever a resolver says: special-use names (RFC 6761, RFC 6762,
 * RFC 8375, RFC 7686), the names containers and clouds give their hosts, and those that home and company networks use.
 */
const localSuffixes = ['localhost', 'localdomain', 'local', 'internal', 'intranet', 'lan', 'home', 'corp', 'private', 'home.arpa', 'onion', 'alt', 'test', 'invalid', 'svc'];

/** True for a name without a dot, too: only a local network knows it. `name` is in lower case, without a dot at its end. */
export function isLocalName(name: string): boolean {
  return !name.includes('.') || localSuffixes.some((suffix) => name.endsWith(`.${suffix}`));
}
