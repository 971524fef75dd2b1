import { AxonError } from '../../errors.js';

export function otherKey(what: string, keyId: string): AxonError {
  return new AxonError('denied', `${what} was written with another key than the one with the id ${keyId}, so nothing in it can be checked.`, 'Use the key file of that log: its first line says which key it is.');
}
