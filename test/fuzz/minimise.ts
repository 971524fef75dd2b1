/**
 * A shorter text that still fails: takes out ever smaller parts while it does (delta debugging). Gives up after `tries`
 * trials, with the best so far.
 */
export async function minimise(text: string, stillFails: (candidate: string) => Promise<boolean>, tries = 200): Promise<string> {
  let best = Array.from(text);
  let left = tries;
  for (let size = Math.ceil(best.length / 2); size >= 1; ) {
    let shorter = false;
    for (let at = 0; at < best.length && left > 0; ) {
      const candidate = best.toSpliced(at, size);
      left--;
      if (candidate.length < best.length && (await stillFails(candidate.join('')))) {
        best = candidate;
        shorter = true;
      } else at += size;
    }
    if (left <= 0) break;
    if (size === 1 && !shorter) break;
    if (!shorter || size > best.length) size = Math.max(1, Math.floor(size / 2));
  }
  return best.join('');
}
