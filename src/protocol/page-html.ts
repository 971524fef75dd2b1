/** What the host knows about one page; every value is escaped here. */
export interface PageParts {
  /** Fresh and random for each page that is made, at least 128 bits. */
  readonly nonce: string;
  /** The webview's own origin for resources (`webview.cspSource`). */
  readonly cspSource: string;
  readonly scriptUri: string;
  readonly styleUri: string;
  readonly title: string;
  /** The page shows pictures that it was sent as bytes. */
  readonly showsPictures?: boolean;
}

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const attribute = (text: string): string => text.replaceAll(/[&<>"']/g, (character) => escapes[character] ?? '');

/**
 * The content security policy of our pages. One script by nonce, style sheets of our own origin, and nothing else: no
 * font, no frame, no connection, and no picture but those that the page itself made of bytes (`blob:`), where it shows
 * any. Whatever slipped through the drawing of an answer could load nothing.
 */
export function pagePolicy(nonce: string, cspSource: string, showsPictures = false): string {
  return [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src 'nonce-${nonce}' ${cspSource}`,
    ...(showsPictures ? ['img-src blob:'] : []),
    "connect-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}

/**
 * The whole HTML document of a page. It holds no data: everything arrives as messages. The `csp-nonce` is where the
 * toolkit looks for the nonce of a style sheet it tries a selector with.
 */
export function pageHtml(parts: PageParts): string {
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${attribute(pagePolicy(parts.nonce, parts.cspSource, parts.showsPictures))}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta property="csp-nonce" content="${attribute(parts.nonce)}">
<meta http-equiv="x-dns-prefetch-control" content="off">
<link rel="stylesheet" nonce="${attribute(parts.nonce)}" href="${attribute(parts.styleUri)}">
<title>${attribute(parts.title)}</title>
</head>
<body>
<div id="root"></div>
<script type="module" nonce="${attribute(parts.nonce)}" src="${attribute(parts.scriptUri)}"></script>
</body>
</html>`;
}
