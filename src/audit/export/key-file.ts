import { AxonError } from '../../errors.js';
import { keyIdOf } from '../storage/layout.js';

/** The text of a file that hands the key to an auditor. */
export function keyFileText(key: Uint8Array, at: number): string {
  const id = keyIdOf(key);
  return `# Key ${id} of an Axon audit log, exported at ${new Date(at).toISOString()}.
# Whoever has it can check the log, and could also forge one. Keep it where only you can read it, never beside the log,
# and delete it when you are done.
axon-audit-key:1:${id}:${Buffer.from(key).toString('base64')}
`;
}

/** Rejects what isn't such a text with `AxonError` `not-text`. No part of it is in the message. */
export function parseKeyFile(text: string): Buffer {
  const [, id, encoded] = /^axon-audit-key:1:([0-9a-f]{16}):([A-Za-z0-9+/]{43}=)\s*$/m.exec(text) ?? [];
  const key = Buffer.from(encoded ?? '', 'base64');
  if (key.length !== 32) throw new AxonError('not-text', 'The key file is not one that Axon wrote.', 'Use the file that "Axon: Export Audit Key" made.');
  if (keyIdOf(key) !== id) throw new AxonError('not-text', 'The key file is damaged: its key is not the one that it names.', 'Get it again from whoever exported it.');
  return key;
}
