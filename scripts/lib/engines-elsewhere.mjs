/** What the tests of engines elsewhere need: an ssh server and Podman, both run by hand, without their services. */
import { installMissing } from './docker-engine.mjs';
import { isDebianRoot } from './system-packages.mjs';

/**
 * Installs what is missing, as root on Debian. Elsewhere nothing is done: these tests start servers of root's, so they
 * are skipped there, by name.
 * @returns {Promise<boolean>} whether they can run here
 */
export async function ensureEnginesElsewhere() {
  if (!(await isDebianRoot())) return false;
  await installMissing({ sshd: 'openssh-server', ssh: 'openssh-client', openssl: 'openssl', podman: 'podman' });
  return true;
}
