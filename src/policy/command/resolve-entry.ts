import type { CommandEntry, EntryData, Flag, FlagData } from './entry.js';
import { kindOf } from './kinds.js';

/** Flags that several entries share, by name. */
export type FlagGroups = Readonly<Record<string, FlagData>>;

/** Makes an entry ready for use. Throws for a kind or group that isn't there. */
export function resolveEntry(data: EntryData, groups: FlagGroups = {}): CommandEntry {
  return {
    data,
    flags: flagTable(data, groups),
    ...(data.first && { first: { kind: kindOf(data.first.kind), ...(data.first.unless !== undefined && { unless: data.first.unless }) } }),
    ...(data.positional !== undefined && { positional: kindOf(data.positional) }),
    ...(data.afterDashes !== undefined && { afterDashes: kindOf(data.afterDashes) }),
  };
}

/** What the entry says itself wins over its group. */
function flagTable(data: FlagData, groups: FlagGroups): ReadonlyMap<string, Flag> {
  const group = data.also === undefined ? undefined : groups[data.also];
  if (data.also !== undefined && !group) throw new Error(`There is no group of flags named "${data.also}".`);
  const table = new Map<string, Flag>(group && flagTable(group, groups));
  for (const flag of splitFlags(data.switches)) table.set(flag, { takes: 'nothing' });
  for (const [spellings, kind] of Object.entries(data.values ?? {})) for (const flag of splitFlags(spellings)) table.set(flag, { takes: 'value', kind: kindOf(kind) });
  for (const [spellings, kind] of Object.entries(data.attached ?? {})) for (const flag of splitFlags(spellings)) table.set(flag, { takes: 'attached', kind: kindOf(kind) });
  return table;
}

export function splitFlags(flags: string | undefined): readonly string[] {
  return (flags ?? '').split(' ').filter((flag) => flag !== '');
}
