/**
 * A text cut into pages of at most so many characters (UTF-16 units). A page ends with a line where one ends in its last
 * fifth, and never inside a character. Joined, the pages are the text again. An empty text is one empty page.
 */
export function textPages(text: string, most: number): readonly string[] {
  const pages: string[] = [];
  let at = 0;
  while (text.length - at > most) {
    const line = text.slice(at, at + most).lastIndexOf('\n') + 1;
    let end = at + (line > most * 0.8 ? line : most);
    if (/^[\udc00-\udfff]/.test(text.charAt(end)) && /[\ud800-\udbff]$/.test(text.charAt(end - 1))) end--;
    pages.push(text.slice(at, end));
    at = end;
  }
  return [...pages, text.slice(at)];
}
