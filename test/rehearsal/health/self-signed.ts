import { type SelfSigned, selfSigned } from '../../../rehearsal/proxies/self-signed';

/** A certificate that nobody should trust: self-signed, expired since 2001, and for another name if not told one. */
export function expiredCertificate(commonName = 'somebody else'): SelfSigned {
  return selfSigned(commonName, new Date('2000-01-01'), new Date('2001-01-01'));
}
