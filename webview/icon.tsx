import type { VNode } from 'preact';

/** Line drawings on a grid of 16, in the colour of the text around them. */
const paths = {
  add: 'M8 3v10M3 8h10',
  alert: 'M8 2.2 14.4 13.5H1.6ZM8 6.5v3.2M8 11.4v.2',
  'arrow-down': 'M8 3v10M3.8 8.8 8 13l4.2-4.2',
  'arrow-up': 'M8 13V3M3.8 7.2 8 3l4.2 4.2',
  box: 'M8 1.8 13.6 5v6L8 14.2 2.4 11V5ZM2.6 5 8 8.1 13.4 5M8 8.1v6',
  check: 'm3 8.6 3.4 3.4L13 4.8',
  'chevron-down': 'm4 6.2 4 4 4-4',
  'chevron-right': 'm6.2 4 4 4-4 4',
  close: 'm4 4 8 8M12 4l-8 8',
  code: 'M5.4 4.4 1.8 8l3.6 3.6M10.6 4.4 14.2 8l-3.6 3.6',
  copy: 'M5.5 5.5h8v8h-8zM10.5 5.2V2.5h-8v8h2.7',
  diff: 'M8 2.5v6M5 5.5h6M5 12.5h6',
  edit: 'M11.3 2.6 13.4 4.7 5.6 12.5l-2.8.7.7-2.8Z',
  error: 'M5.2 1.8h5.6l3.4 3.4v5.6l-3.4 3.4H5.2l-3.4-3.4V5.2ZM8 5v4M8 10.9v.2',
  file: 'M9.2 1.8H4v12.4h8.4V5ZM9 2v3.2h3.2',
  folder: 'M1.8 3.5h4.4l1.4 1.8h6.6v7.4H1.8Z',
  globe: 'M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2ZM2.2 8h11.6M8 2c2 1.8 2.6 4 2.6 6S10 12.2 8 14C6 12.2 5.4 10 5.4 8S6 3.8 8 2Z',
  history: 'M2.4 3v3h3M2.7 6A5.7 5.7 0 1 1 2.4 9.2M8 5.2V8.3l2.2 1.4',
  info: 'M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2ZM8 7.2v4M8 4.9v.2',
  insert: 'M2 3.5h12M2 12.5h12M2 8h5M10 5.8 12.2 8 10 10.2M7 8h5',
  key: 'M5.2 6.6a2.9 2.9 0 1 1 0 5.8 2.9 2.9 0 0 1 0-5.8ZM7.3 7.5 13 1.8M10.6 4.2l2 2',
  lock: 'M3.5 7.2h9v6.3h-9ZM5.3 7V5a2.7 2.7 0 0 1 5.4 0v2',
  mail: 'M1.8 3.5h12.4v9H1.8ZM2 4l6 4.8L14 4',
  more: 'M3.4 8h.1M8 8h.1M12.6 8h.1',
  puzzle: 'M6 3.8a1.6 1.6 0 1 1 3.2 0h3v3a1.6 1.6 0 1 1 0 3.2v3H3V9.9a1.5 1.5 0 1 0 0-3V3.8Z',
  search: 'M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9ZM10.3 10.3l3.4 3.4',
  server: 'M2.5 2.8h11v4h-11ZM2.5 9.2h11v4h-11ZM5 4.8h.1M5 11.2h.1',
  shield: 'M8 1.8 13 3.5v4.2c0 3-2.1 5.2-5 6.5-2.9-1.3-5-3.5-5-6.5V3.5Z',
  'shield-check': 'M8 1.8 13 3.5v4.2c0 3-2.1 5.2-5 6.5-2.9-1.3-5-3.5-5-6.5V3.5ZM5.6 7.9l1.8 1.8 3.2-3.5',
  slash: 'M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2ZM3.9 3.9l8.2 8.2',
  sparkle: 'M7 2.5 8.3 6.2 12 7.5 8.3 8.8 7 12.5 5.7 8.8 2 7.5 5.7 6.2ZM12.5 10.5v3M11 12h3',
  stop: 'M4 4h8v8H4Z',
  terminal: 'M1.8 3h12.4v10H1.8ZM4.2 6l2.2 2-2.2 2M7.8 10.2h3.6',
  trash: 'M2.5 4.2h11M6 4V2.3h4V4M4 4.4l.7 9.1h6.6l.7-9.1M6.7 6.7v4.4M9.3 6.7v4.4',
  compass: 'M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2ZM10.6 5.4 9.2 9.2 5.4 10.6 6.8 6.8Z',
} as const;

export type IconName = keyof typeof paths;

export interface IconProps {
  readonly name: IconName;
  /** For readers of the screen; without it the icon is decoration. */
  readonly label?: string;
  readonly slot?: string;
}

export function Icon({ name, label, slot }: IconProps): VNode {
  return (
    <svg
      class={`icon icon-${name}`} viewBox="0 0 16 16" width="16" height="16" slot={slot} focusable="false"
      {...(label === undefined ? { 'aria-hidden': 'true' } : { role: 'img', 'aria-label': label })}
    >
      <path d={paths[name]} />
    </svg>
  );
}
