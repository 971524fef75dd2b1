/** Where everything lies in the container. All of it is memory and gone with the container. */
export const layout = {
  workspace: '/fuzz/workspace',
  outside: '/fuzz/outside',
  home: '/fuzz/home',
  /** The program that must never run, and the folder in which it leaves a file named after its first argument. */
  trap: '/fuzz/trap',
  trapped: '/fuzz/trapped',
  /** Where shells read commands, among files that patterns would match. */
  reading: '/fuzz/reading',
  /** Programs that write down their words, and nothing else. */
  recorders: '/fuzz/recorders',
} as const;
