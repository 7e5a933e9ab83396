/**
 * What stands between a function and moto: it answers for the probe functions, which moto could only run in a container, takes the
 * answers of custom resources for CloudFormation, and passes on every call to EC2, writing down those that move an address.
 *
 * Gotcha: moto ignores the private address of an association and always shows the primary one. The front puts right what it shows.
 */

import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Health, ProbeRequest, ProbeResponse } from '../../lib/private/contract';

export interface Association {
  readonly allocationId: string;
  readonly interfaceId: string;
  readonly privateAddress: string;
}

export class AwsFront {
  static async start(moto: string): Promise<AwsFront> {
    const front = new AwsFront(moto);
    front.server.listen(0, '127.0.0.1');
    await once(front.server, 'listening');
    return front;
  }

  /** What every probe function sees at an address. */
  health: (address: string) => Health = () => 'ready';
  /** Calls of AssociateAddress that moto accepted, oldest first. */
  readonly associations: Association[] = [];
  /** Names of the probe functions that were asked. */
  readonly asked = new Set<string>();
  /** What custom resources answered to `<endpoint>/cloudformation`. */
  readonly answers: unknown[] = [];

  private readonly server: Server;

  private constructor(private readonly moto: string) {
    this.server = createServer((request, response) => {
      this.serve(request, response).catch((error: unknown) => {
        response.writeHead(500).end(String(error));
      });
    });
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.close();
    this.server.closeAllConnections();
    await once(this.server, 'close');
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await read(request);
    const [, functionName] = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/.exec(request.url ?? '') ?? [];
    if (functionName !== undefined) {
      this.asked.add(decodeURIComponent(functionName));
      response.end(JSON.stringify(this.probe(JSON.parse(body) as ProbeRequest)));
      return;
    }
    if (request.url === '/cloudformation') {
      this.answers.push(JSON.parse(body));
      response.end();
      return;
    }
    const { status, text } = await this.passOn(request, body);
    response.writeHead(status, { 'content-type': 'text/xml' }).end(text);
  }

  private probe({ addresses }: ProbeRequest): ProbeResponse {
    return { health: Object.fromEntries(addresses.map((address) => [address, this.health(address)])) };
  }

  private async passOn({ method, url, headers }: IncomingMessage, body: string): Promise<{ status: number; text: string }> {
    const wanted = ['authorization', 'content-type', 'x-amz-date'].flatMap((name) => {
      const value = headers[name];
      return typeof value === 'string' ? [[name, value] as [string, string]] : [];
    });
    const answer = await fetch(`${this.moto}${url}`, { method, headers: wanted, body });
    const call = new URLSearchParams(body);
    if (answer.ok && call.get('Action') === 'AssociateAddress') this.write(call);
    return { status: answer.status, text: this.withPrivateAddresses(await answer.text()) };
  }

  private write(call: URLSearchParams): void {
    this.associations.push({
      allocationId: call.get('AllocationId') ?? '',
      interfaceId: call.get('NetworkInterfaceId') ?? '',
      privateAddress: call.get('PrivateIpAddress') ?? '',
    });
  }

  private withPrivateAddresses(xml: string): string {
    return this.associations.reduce((text, { allocationId, privateAddress }) => {
      const shown = new RegExp(
        `(<allocationId>${allocationId}</allocationId>(?:(?!<allocationId>)[\\s\\S])*?<privateIpAddress>)[^<]*`,
      );
      return text.replace(shown, `$1${privateAddress}`);
    }, xml);
  }
}

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
