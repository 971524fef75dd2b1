/**
 * The form in which two spellings are compared when one of them is protected. Wider than any file system folds, since
 * here a false match only asks or refuses: compatibility forms (a ligature, a full-width letter), letters whose upper case is longer (`ß`
 * is `SS`, which APFS takes for the same, CVE-2026-23950), and characters that HFS+ ignores (CVE-2014-9390).
 */
export function foldName(text: string): string {
  return text
    .normalize('NFKC')
    .replaceAll(/\p{Default_Ignorable_Code_Point}/gu, '')
    .toUpperCase()
    .toLowerCase();
}
