import { randomBytes } from 'node:crypto';

/** A random id with a readable beginning, 96 bits, safe in a file name, in HTML and for every model provider. */
export function newId(prefix: string): string {
  return `${prefix}_${randomBytes(12).toString('hex')}`;
}
