/**
 * The TLS handshake of a health checker. It takes any version from 1.0 on, and any certificate, expired or not. When it has named a host
 * and is refused, or gets the certificate of another host, it begins anew without the name.
 *
 * Gotcha: both handshakes share the two seconds that the status has after the connect. AWS does not tell whether the second has its own.
 */
import type { Socket } from 'node:net';
import { checkServerIdentity, type TLSSocket, connect as tlsConnect } from 'node:tls';
import type { EndpointCheck } from './health-check';
import type { Look } from './probe';

export async function secured(check: EndpointCheck, socket: Socket, look: Look): Promise<TLSSocket> {
  const { fullyQualifiedDomainName: host, enableSni = true } = check;
  if (host === undefined || !enableSni) return handshake(socket, '');
  const named = await handshake(socket, host).catch(() => undefined);
  if (named && !checkServerIdentity(host, named.getPeerCertificate())) return named;
  socket.destroy();
  return handshake(await look.connect(), '');
}

function handshake(socket: Socket, servername: string): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const secure = tlsConnect({
      socket,
      servername,
      rejectUnauthorized: false,
      minVersion: 'TLSv1',
      // OpenSSL has put old versions and short keys behind its security levels.
      ciphers: 'DEFAULT:@SECLEVEL=0',
    });
    secure.on('error', reject).once('secureConnect', () => resolve(secure));
  });
}
