import { lookup } from 'node:dns/promises';

/** All addresses of a name, as the system resolves it. May reject, and may answer with none. */
export type ResolveHost = (name: string) => Promise<readonly string[]>;

export const resolveHost: ResolveHost = async (name) => {
  const found = await lookup(name, { all: true, order: 'verbatim' });
  return found.map((each) => each.address);
};
