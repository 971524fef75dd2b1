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

/** `22 Nov 2026, 06:51:02.123`, with the zone's distance from the world's time. */
export function exactTime(at: number): string {
  const minutes = -new Date(at).getTimezoneOffset();
  const zone = `UTC${minutes < 0 ? '−' : '+'}${String(Math.floor(Math.abs(minutes) / 60)).padStart(2, '0')}:${String(Math.abs(minutes) % 60).padStart(2, '0')}`;
  return `${dayOf(at)}, ${clockTime(at)}.${String(((at % 1000) + 1000) % 1000).padStart(3, '0')} ${zone}`;
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
