/** Lambda's Invoke API on loopback: takes what is signed as the AWS SDK signs it, and misbehaves as a test wants it. */
import { createHash, createHmac, type Hash, type Hmac, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { SignatureV4 } from '@smithy/signature-v4';

export interface TakenHint {
  readonly slot: string;
  readonly state: string;
  readonly seenBy: string;
  readonly at: number;
  readonly token?: string;
}

export interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

class Sha256 {
  private readonly hash: Hash | Hmac;
  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    const key = ArrayBuffer.isView(secret) ? Buffer.from(secret.buffer, secret.byteOffset, secret.byteLength) : secret;
    this.hash = key === undefined ? createHash('sha256') : createHmac('sha256', key as string);
  }
  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.hash.update(data instanceof ArrayBuffer ? Buffer.from(data) : (data as string));
  }
  async digest(): Promise<Uint8Array> {
    return this.hash.digest();
  }
  reset(): void {}
}

/** The header that the AWS SDK would send for the same request at the same time. */
async function signature(incoming: IncomingMessage, body: string, keys: Keys, region: string): Promise<string> {
  const { host = '', 'x-amz-date': stamp = '', 'x-amz-invocation-type': type = '' } = incoming.headers as Record<string, string>;
  const date = new Date(stamp.replace(/(....)(..)(..)T(..)(..)(..)Z/, '$1-$2-$3T$4:$5:$6Z'));
  const signer = new SignatureV4({ service: 'lambda', region, credentials: keys, sha256: Sha256, applyChecksum: false });
  const request = {
    method: 'POST',
    protocol: 'https:',
    hostname: host,
    path: incoming.url ?? '',
    headers: { host, 'x-amz-invocation-type': type },
    body,
  };
  const { headers } = await signer.sign(request, { signingDate: date });
  return headers.authorization ?? '';
}

export class FakeLambda {
  static async start(keys: () => Keys[], tls?: { key: Buffer; cert: Buffer }): Promise<FakeLambda> {
    const lambda = new FakeLambda(keys, tls);
    await new Promise<void>((resolve) => lambda.server.listen(0, '127.0.0.1', resolve));
    return lambda;
  }

  readonly taken: TakenHint[] = [];
  /** Why requests were not taken. */
  readonly refused: string[] = [];
  connections = 0;
  /** Decides on a request before it is looked at: true when it has dealt with it. */
  interfere: (response: ServerResponse) => boolean = () => false;
  private readonly sockets = new Set<Socket>();
  private readonly server;

  private constructor(
    private readonly keys: () => Keys[],
    private readonly tls?: { key: Buffer; cert: Buffer },
  ) {
    const listener: RequestListener = (incoming, response) => void this.answer(incoming, response);
    this.server = tls ? createTlsServer(tls, listener) : createServer(listener);
    this.server.keepAliveTimeout = 0;
    this.server.on(tls ? 'secureConnection' : 'connection', (socket: Socket) => {
      this.connections++;
      this.sockets.add(socket);
      socket.once('close', () => this.sockets.delete(socket));
    });
  }

  get url(): string {
    return `${this.tls ? 'https' : 'http'}://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  closeConnections(): void {
    for (const socket of this.sockets) socket.end();
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    for await (const part of incoming) body += part;
    if (this.interfere(response)) return;
    const { authorization = '', 'x-amz-security-token': token } = incoming.headers as Record<string, string>;
    const expected = await Promise.all(this.keys().map((keys) => signature(incoming, body, keys, 'eu-central-1')));
    const right = expected.some(
      (one) => one.length === authorization.length && timingSafeEqual(Buffer.from(one), Buffer.from(authorization)),
    );
    if (right) this.taken.push({ ...JSON.parse(body), at: Date.now(), token });
    else this.refused.push(`${authorization} is not ${expected}`);
    response.writeHead(right ? 202 : 403).end();
  }
}
