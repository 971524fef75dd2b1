/**
 * The line that has the most in common with the wanted one, by pairs of neighbouring letters (Sørensen and Dice);
 * undefined when none has half in common. Looks at no more than 20,000 lines.
 */
export function closestLine(lines: readonly string[], wanted: string): number | undefined {
  const pairs = pairsOf(wanted);
  if (pairs.size === 0) return undefined;
  let best: number | undefined;
  let bestScore = 0.5;
  for (const [index, line] of lines.slice(0, 20_000).entries()) {
    const own = pairsOf(line);
    if (own.size === 0) continue;
    let common = 0;
    for (const pair of own) if (pairs.has(pair)) common++;
    const score = (2 * common) / (own.size + pairs.size);
    if (score > bestScore) {
      best = index;
      bestScore = score;
    }
  }
  return best;
}

function pairsOf(line: string): Set<string> {
  const text = line.trim().toLowerCase().slice(0, 300);
  const pairs = new Set<string>();
  for (let index = 0; index + 1 < text.length; index++) pairs.add(text.slice(index, index + 2));
  return pairs;
}
