/**
 * True when a host is on the list, or there is no list. Compared as a whole, in ASCII: `docs.python.org` is that host
 * alone, `*.example.com` every host below it and not the domain itself. An entry of another form matches nothing.
 */
export function isAllowedHost(name: string, patterns: readonly string[] | undefined): boolean {
  if (patterns === undefined || patterns.length === 0) return true;
  return patterns.some((pattern) => {
    const below = pattern.startsWith('*.');
    const wanted = asciiHost(below ? pattern.slice(2) : pattern);
    if (wanted === undefined) return false;
    return below ? name.endsWith(`.${wanted}`) : name === wanted;
  });
}

/** A host as the URL parser writes it; `undefined` for anything that is more, or less, than a host. */
function asciiHost(text: string): string | undefined {
  const url = /[\s/?#@\\%*]/.test(text) ? null : URL.parse(`http://${text.includes(':') && !text.startsWith('[') ? `[${text}]` : text}/`);
  if (url?.port !== '' || url.hostname === '') return undefined;
  return url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
}
