/** How a link of an answer may be drawn. */
export interface Target {
  /** Normalised by the URL parser: what the host opens is what is shown. */
  readonly url: string;
  readonly host: string;
}

/** Longer addresses are not opened; the protocol has the same limit. */
const longest = 4000;

/** The target of a link that may be clicked: http or https, without credentials. Undefined for everything else. */
export function linkTarget(href: string): Target | undefined {
  // A backslash can only come from an escape for a hidden character here: nothing of the sort is opened.
  if (!/^https?:\/\//i.test(href) || href.length > longest || /[\s\\]/.test(href) || !URL.canParse(href)) return undefined;
  const url = new URL(href);
  if (url.username !== '' || url.password !== '' || url.href.length > longest) return undefined;
  return { url: url.href, host: url.host };
}

const plain = (text: string): string => text.trim().toLowerCase().replace(/^https?:\/\//, '').replace(/\/$/, '');

/**
 * What has to stand next to a link's text so that the text can't pass for another address: nothing when the text is the
 * address itself; the whole address when the text looks like one; else the host.
 */
export function addressBeside(text: string, target: Target): string {
  if (plain(text) === plain(target.url)) return '';
  const looksLikeAddress = /:\/\/|^www\.|[\p{L}\p{N}-]\.\p{L}{2,}/iu.test(text);
  return looksLikeAddress ? target.url : target.host;
}
