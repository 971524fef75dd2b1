import { execFile } from 'node:child_process';
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];

/** An authority, a server's certificate for the address 127.0.0.1 alone, and a client's, each in a folder in Docker's form. */
export async function makeCertificates(folder: string): Promise<{ readonly server: string; readonly client: string }> {
  const authority = path.join(folder, 'authority');
  await mkdir(authority, { recursive: true });
  await run('openssl', ['req', '-x509', ...curve, '-days', '2', '-subj', '/CN=Axon Test', '-keyout', path.join(authority, 'key.pem'), '-out', path.join(authority, 'ca.pem')]);
  const signed = async (name: string, extension: string) => {
    const made = path.join(folder, name);
    await mkdir(made);
    const at = (file: string) => path.join(made, file);
    await run('openssl', ['req', '-new', ...curve, '-subj', `/CN=${name}`, '-keyout', at('key.pem'), '-out', at('request.pem')]);
    await writeFile(at('extension'), extension);
    await run('openssl', ['x509', '-req', '-days', '2', '-in', at('request.pem'), '-CA', path.join(authority, 'ca.pem'), '-CAkey', path.join(authority, 'key.pem'), '-CAcreateserial', '-extfile', at('extension'), '-out', at('cert.pem')]);
    await copyFile(path.join(authority, 'ca.pem'), at('ca.pem'));
    return made;
  };
  const server = await signed('server', 'subjectAltName=IP:127.0.0.1\nextendedKeyUsage=serverAuth\n');
  return { server, client: await signed('client', 'extendedKeyUsage=clientAuth\n') };
}
