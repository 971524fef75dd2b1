/**
 * One line for one measured claim, the same for every benchmark, so that runs can be compared and searched:
 *
 *   claim activation ours=12.3ms peer=empty-extension:2.1ms ratio=5.86 difference=+10.2ms aim<=+30ms met
 *
 * The aim is one of: `ratio` (ours divided by the peer), `difference` (ours minus the peer), `value` (ours alone).
 * A claim that falls short makes the process end with 1; the line is printed either way.
 *
 * @param {object} options
 * @param {string} options.name what was measured, one word or kebab-case
 * @param {number} options.ours
 * @param {string} options.unit `ms`, `MiB`, `KB` …
 * @param {{ name: string, value: number }} [options.peer] what it is compared with, measured in the same run
 * @param {{ ratio: number } | { difference: number } | { value: number }} options.aim met when at or below
 * @returns {boolean} whether the aim is met
 */
export function claim({ name, ours, unit, peer, aim }) {
  const parts = [`claim ${name}`, `ours=${short(ours)}${unit}`];
  if (peer) {
    parts.push(`peer=${peer.name}:${short(peer.value)}${unit}`, `ratio=${short(ours / peer.value)}`);
    if ('difference' in aim) parts.push(`difference=${signed(ours - peer.value)}${unit}`);
  } else if (!('value' in aim)) {
    throw new Error(`The claim ${name} is about a peer and names none.`);
  }
  const { measured, limit, text } = against(aim, ours, peer?.value ?? Number.NaN, unit);
  const met = measured <= limit;
  console.log([...parts, `aim<=${text}`, met ? 'met' : 'short'].join(' '));
  if (!met) process.exitCode = 1;
  return met;
}

function against(aim, ours, peer, unit) {
  if ('ratio' in aim) return { measured: ours / peer, limit: aim.ratio, text: short(aim.ratio) };
  if ('difference' in aim) return { measured: ours - peer, limit: aim.difference, text: `${signed(aim.difference)}${unit}` };
  return { measured: ours, limit: aim.value, text: `${short(aim.value)}${unit}` };
}

/** @param {number} value three figures that matter, without trailing zeros */
const short = (value) => (Math.abs(value) >= 100 ? String(Math.round(value)) : String(Number(value.toPrecision(3))));
const signed = (value) => `${value < 0 ? '' : '+'}${short(value)}`;

/** @param {readonly number[]} values at least one */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle];
  const lower = sorted[sorted.length % 2 === 0 ? middle - 1 : middle];
  if (upper === undefined || lower === undefined) throw new Error('The median of nothing was asked for.');
  return (upper + lower) / 2;
}
