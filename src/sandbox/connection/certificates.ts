import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { createSecureContext } from 'node:tls';
import { AxonError, codeOf, messageOf } from '../../errors.js';
import { visibleLine } from '../../visible.js';

/** In PEM. The engine's certificate has to be signed by one of `ca`, and by nobody else's. */
export interface Certificates {
  readonly ca: string;
  /** What the engine knows this user by; absent where it doesn't ask. */
  readonly own?: { readonly cert: string; readonly key: string };
}

/**
 * Reads ca.pem, and cert.pem with key.pem where they are, as Docker names them. Rejects with `AxonError` unavailable when
 * something is missing, can't be read or isn't what it should be: what public authorities sign proves nothing about an engine.
 */
export async function readCertificates(folder: string): Promise<Certificates> {
  if (!path.isAbsolute(folder)) throw refused(folder, 'is no full path', 'Write the whole path of the folder in `axon.sandbox.certificates` or DOCKER_CERT_PATH.');
  const [ca, cert, key] = await Promise.all(['ca.pem', 'cert.pem', 'key.pem'].map((name) => readPem(folder, name)));
  if (ca === undefined) throw refused(folder, 'has no ca.pem', 'Put the certificate of the authority that signed the engine’s there.');
  if ((cert === undefined) !== (key === undefined)) throw refused(folder, `has no ${cert === undefined ? 'cert.pem' : 'key.pem'}`, 'cert.pem and key.pem belong together.');
  const own = cert !== undefined && key !== undefined ? { cert, key } : undefined;
  try {
    new X509Certificate(ca); // A context would take text without a certificate for an empty list.
    createSecureContext({ ca, ...own });
  } catch (error) {
    throw refused(folder, `can't be used: ${messageOf(error)}`, 'Each file has to be PEM, the key without a passphrase, and the key that of the certificate.', error);
  }
  return { ca, ...(own && { own }) };
}

async function readPem(folder: string, name: string): Promise<string | undefined> {
  try {
    return await readFile(path.join(folder, name), 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw refused(folder, `has a ${name} that can't be read (${codeOf(error) ?? messageOf(error)})`, 'Make it readable for you alone.', error);
  }
}

function refused(folder: string, what: string, next: string, cause?: unknown): AxonError {
  return new AxonError('unavailable', `The folder of certificates ${visibleLine(folder)} ${what}.`, next, { cause });
}
