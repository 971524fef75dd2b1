import { AxonError, codeOf } from '../../errors.js';

const sent = 'Somebody may be in between, so nothing was sent.';

const signedByOthers = ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'UNABLE_TO_GET_ISSUER_CERT', 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'SELF_SIGNED_CERT_IN_CHAIN', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'CERT_SIGNATURE_FAILURE', 'CERT_UNTRUSTED', 'INVALID_CA'];

/** A TLS error of Node's (doc/api/tls.md, X509 certificate error codes; OpenSSL's reasons) as a person can use it; undefined for any other. */
export function tlsFailure(error: unknown, engine: string): AxonError | undefined {
  const code = codeOf(error) ?? '';
  const failed = (message: string, next: string) => new AxonError('unavailable', message, next, { cause: error });
  if (signedByOthers.includes(code)) return failed(`The certificate of ${engine} was not signed by the authority in your ca.pem. ${sent}`, 'Ask whoever runs the engine for the right ca.pem, by a way that you trust.');
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return failed(`The certificate of ${engine} is for another name. ${sent}`, 'Use the name or address that stands in the certificate.');
  if (code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID') return failed(`The certificate of ${engine} is not valid at this time, so nothing was sent.`, 'Whoever runs the engine has to renew it; and look at the clock of this machine.');
  if (/^ERR_SSL_.*ALERT_.*(?:CERT|UNKNOWN_CA|HANDSHAKE_FAILURE|ACCESS_DENIED)/.test(code)) return failed(`${engine} doesn't let this user in: it takes no certificate but one that its own authority signed.`, 'Put such a cert.pem, and its key.pem, beside ca.pem.');
  if (code.startsWith('ERR_SSL_') || code === 'EPROTO') return failed(`${engine} doesn't speak TLS as it should.`, 'Look at the port: 2376 is the usual one with TLS. An engine without TLS has to be reached over ssh.');
  return undefined;
}
