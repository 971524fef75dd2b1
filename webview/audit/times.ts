const format = (options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat => new Intl.DateTimeFormat('en-GB', options);

const clockFormat = format({ hour: '2-digit', minute: '2-digit', second: '2-digit' });
const dayFormat = format({ day: 'numeric', month: 'short', year: 'numeric' });
const shortDayFormat = format({ day: 'numeric', month: 'short' });
const minuteFormat = format({ hour: '2-digit', minute: '2-digit' });

/** `06:51:02`, in the zone of the reader. */
export const clockTime = (at: number): string => clockFormat.format(at);

/** `22 Nov 2026` */
export const dayOf = (at: number): string => dayFormat.format(at);

/** `22 Nov` */
export const shortDayOf = (at: number): string => shortDayFormat.format(at);

/** `UTC+01:00`: how far the reader's zone was from the world's time. */
function offsetAt(at: number): string {
  const minutes = -new Date(at).getTimezoneOffset();
  return `UTC${minutes < 0 ? '−' : '+'}${String(Math.floor(Math.abs(minutes) / 60)).padStart(2, '0')}:${String(Math.abs(minutes) % 60).padStart(2, '0')}`;
}

/** `22 Nov 2026, 06:51:02.123 UTC+01:00` */
export function exactTime(at: number): string {
  return `${dayOf(at)}, ${clockTime(at)}.${String(((at % 1000) + 1000) % 1000).padStart(3, '0')} ${offsetAt(at)}`;
}

/** `2026-11-22T05:51:02.123Z`, as exports have it. */
export const worldTime = (at: number): string => new Date(at).toISOString();

/** `Europe/Berlin, now UTC+01:00`: what all times without a zone are in. */
export function zoneWords(now: number): string {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  const offset = offsetAt(now);
  return timeZone === 'UTC' ? 'UTC' : `${timeZone}, now ${offset}`;
}

/** `10:42` of today, else with the day; with seconds where they tell events apart. */
export function shortTime(at: number, seconds = false): string {
  const time = (seconds ? clockFormat : minuteFormat).format(at);
  return dayOf(at) === dayOf(Date.now()) ? time : `${dayOf(at)}, ${time}`;
}

/** A time that someone chose: without seconds where there are none, without the hour at midnight. */
export function roughTime(at: number): string {
  const date = new Date(at);
  if (date.getSeconds() !== 0) return `${dayOf(at)}, ${clockTime(at)}`;
  return date.getHours() === 0 && date.getMinutes() === 0 ? dayOf(at) : `${dayOf(at)}, ${minuteFormat.format(at)}`;
}

/** `22 Nov 2026, 06:00 to 07:00`; the day of the end only where it is another. */
export function timeSpan(from: number, to: number): string {
  const end = roughTime(to);
  const day = `${dayOf(from)}, `;
  return `${roughTime(from)} to ${end.startsWith(day) ? end.slice(day.length) : end}`;
}
