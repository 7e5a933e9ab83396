/** The instance metadata service, version 2 only, on loopback or where a path says: credentials, and what a test puts into it. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Keys } from './fake-lambda';

const TOKEN = 'metadata-token';

const factOf = (url = '') => url.replace('/latest/meta-data/', '');

export class FakeImds {
  static async start(path?: string): Promise<FakeImds> {
    const imds = new FakeImds();
    await new Promise<void>((resolve) =>
      path ? imds.server.listen(path, resolve) : imds.server.listen(0, '127.0.0.1', resolve),
    );
    return imds;
  }

  broken = false;
  /** Answers of `/latest/meta-data/`, by what follows. */
  readonly facts = new Map<string, string>();
  /** Seconds that credentials last from the moment they are asked for. */
  lifetime = 6 * 3600;
  /** All that were given out, with a session token of their own each. */
  readonly given: Keys[] = [];
  private readonly server = createServer((incoming, response) => {
    const { method, url, headers } = incoming;
    const known = headers['x-aws-ec2-metadata-token'] === TOKEN;
    const text = this.facts.get(factOf(url));
    if (this.broken) response.writeHead(500).end();
    else if (method === 'PUT' && url === '/latest/api/token' && headers['x-aws-ec2-metadata-token-ttl-seconds'])
      response.end(TOKEN);
    else if (known && url === '/latest/meta-data/iam/security-credentials/') response.end('fleet-role');
    else if (known && url === '/latest/meta-data/iam/security-credentials/fleet-role') response.end(this.credentials());
    else if (known && text !== undefined) response.end(text);
    else response.writeHead(known ? 404 : 401).end();
  });

  private constructor() {}

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private credentials(): string {
    const keys = {
      accessKeyId: 'ASIAEXAMPLE',
      secretAccessKey: 'example/secret+key',
      sessionToken: `session+${this.given.length + 1}==`,
    };
    this.given.push(keys);
    return JSON.stringify({
      Code: 'Success',
      AccessKeyId: keys.accessKeyId,
      SecretAccessKey: keys.secretAccessKey,
      Token: keys.sessionToken,
      Expiration: new Date(Date.now() + this.lifetime * 1000).toISOString().replace(/\.\d+/, ''),
    });
  }
}
