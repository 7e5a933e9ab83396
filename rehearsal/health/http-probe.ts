/** The HTTP request of a health checker, over a connection that stands. */
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { isIPv6, type Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { createGunzip, createInflate } from 'node:zlib';
import type { EndpointCheck } from './health-check';
import type { Look } from './probe';

const BODY_SECONDS = 2;
const SEARCHED_BYTES = 5120;
const MAX_HEADER_BYTES = 16_384;

/** Tells the status, or that the string was found; throws what speaks against the endpoint. */
export async function requestStatus(check: EndpointCheck, socket: Socket, look: Look): Promise<string> {
  const response = await requested(check, socket);
  const { statusCode = 0, rawHeaders } = response;
  const headerBytes = rawHeaders.join('').length + 2 * rawHeaders.length;
  if (headerBytes > MAX_HEADER_BYTES) throw new Error(`headers of ${headerBytes} bytes`);
  if (statusCode < 200 || statusCode >= 400) throw new Error(`status ${statusCode}`);
  if (check.searchString === undefined || !check.type.endsWith('STR_MATCH')) return `status ${statusCode}`;
  look.within(BODY_SECONDS, 'string not found');
  await found(response, check.searchString);
  return 'string found';
}

function requested(check: EndpointCheck, socket: Socket): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({
      createConnection: () => socket,
      path: check.resourcePath || '/',
      headers: {
        Host: hostOf(check),
        'User-Agent': `Amazon-Route53-Health-Check-Service (ref ${check.id})`,
        Connection: 'close',
      },
      // Somewhat more, so that it is counted here: Node leaves out what separates names and values.
      maxHeaderSize: 2 * MAX_HEADER_BYTES,
    });
    request.on('error', reject).once('response', resolve);
    request.once('upgrade', () => reject(new Error('status 101')));
    request.end();
  });
}

/** Resolves as soon as the string is there, and rejects when it cannot come any more. */
function found(response: IncomingMessage, searchString: string): Promise<void> {
  return new Promise((resolve, reject) => {
    let seen = Buffer.alloc(0);
    const body = decompressed(response);
    const fail = () => reject(new Error(`string not found in ${seen.length} bytes`));
    body.on('data', (chunk: Buffer) => {
      seen = Buffer.concat([seen, chunk]).subarray(0, SEARCHED_BYTES);
      if (seen.includes(searchString)) resolve();
      else if (seen.length === SEARCHED_BYTES) fail();
    });
    body.once('end', fail);
    for (const stream of [response, body]) stream.on('error', fail);
  });
}

function decompressed(response: IncomingMessage): Readable {
  const encoding = response.headers['content-encoding']?.toLowerCase();
  if (encoding === 'gzip') return response.pipe(createGunzip());
  return encoding === 'deflate' ? response.pipe(createInflate()) : response;
}

/** As Route 53 writes it: the port is left out only where it is the protocol's own. */
function hostOf({ type, ipAddress = '', fullyQualifiedDomainName, port }: EndpointCheck): string {
  const host = fullyQualifiedDomainName ?? (isIPv6(ipAddress) ? `[${ipAddress}]` : ipAddress);
  return port === (type.startsWith('HTTPS') ? 443 : 80) ? host : `${host}:${port}`;
}
