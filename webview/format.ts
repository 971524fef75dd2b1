/** `0.4 s`, `12 s`, `3 min 05 s`. Under a second only when `exact`, so that a running clock doesn't flicker. */
export function duration(milliseconds: number, exact = false): string {
  const seconds = Math.max(0, milliseconds) / 1000;
  if (exact && seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.floor(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes} min ${String(whole % 60).padStart(2, '0')} s`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
}

/** What is left of a time, as a clock shows it: `9:58`, `0:07`. */
export function clock(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

/** `950`, `12.3k`, `1.2M`. */
export function tokens(count: number): string {
  if (count < 1000) return String(count);
  if (count < 999_950) return `${trim((count / 1000).toFixed(1))}k`;
  return `${trim((count / 1_000_000).toFixed(1))}M`;
}

const trim = (text: string): string => text.replace(/\.0$/, '');

/** US dollars: `$0.0042`, `$1.37`. */
export function dollars(amount: number): string {
  return `$${amount === 0 || amount >= 0.1 ? amount.toFixed(2) : amount.toFixed(4)}`;
}

/** `just now`, `5 min ago`, `3 h ago`, `yesterday`, else the date. */
export function ago(then: number, now: number): string {
  const minutes = Math.floor((now - then) / 60_000);
  if (minutes < 1) return 'just now';
  if (minutes < 60) return `${minutes} min ago`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return `${hours} h ago`;
  if (hours < 48) return 'yesterday';
  return new Date(then).toLocaleDateString(undefined, { year: 'numeric', month: 'short', day: 'numeric' });
}

/** `950 bytes`, `12.3 KB`, `1.2 MB`; a KB is 1024 bytes. */
export function bytes(number: number): string {
  if (number < 1024) return count(number, 'byte');
  const kilobytes = number / 1024;
  return kilobytes < 999.95 ? `${trim(kilobytes.toFixed(1))} KB` : `${trim((kilobytes / 1024).toFixed(1))} MB`;
}

/** `1 line`, `3 lines`. */
export function count(number: number, noun: string): string {
  return `${number.toLocaleString('en')} ${noun}${number === 1 ? '' : 's'}`;
}
