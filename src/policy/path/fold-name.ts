/**
 * The form in which two spellings are compared when one of them is protected. Wider than any file system folds, since
 * here a false match only asks or refuses: compatibility forms (a ligature, a full-width letter), letters whose upper case is longer (`ß`
 * is `SS`, which APFS takes for the same, CVE-2026-23950; the capital `ẞ` gets there by way of the small one), and characters
 * that HFS+ ignores (CVE-2014-9390). Folding again changes nothing, and neither does another case or normal form of the text.
 */
export function foldName(text: string): string {
  // ASCII folds to its small letters alone, and most names are no more than that.
  if (/^[\0-\x7f]*$/.test(text)) return text.toLowerCase();
  return text
    .normalize('NFKC')
    .replaceAll(/\p{Default_Ignorable_Code_Point}/gu, '')
    .toLowerCase()
    .toUpperCase()
    .toLowerCase()
    .normalize('NFKC');
}
