/**
 * What stands between a function and moto. It answers for what moto cannot run or would fail at (the probe functions, EventBridge,
 * CloudFormation's side of a custom resource), passes on every other call, and keeps a record of where addresses are.
 *
 * Gotchas: moto ignores the private address of an association, goes on showing an address on the interface that it left, and never
 * shows one beside a private address. The front puts right, from its record, what moto shows of addresses that moved through it.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Health, ProbeRequest, ProbeResponse, VirtualIpEventDetail } from '../../lib/private/takeover-contract';

export interface Association {
  readonly allocationId: string;
  readonly interfaceId: string;
  readonly privateAddress: string;
}

/** An association as EC2 tells of it. */
interface Shown extends Association {
  readonly associationId: string;
  readonly publicIp: string;
}

export interface SentEvent {
  readonly source: string;
  readonly type: string;
  readonly detail: VirtualIpEventDetail;
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
  /** Calls of AssociateAddress that moto accepted, oldest first, also those that changed nothing. */
  readonly associations: Association[] = [];
  /** Those that changed where an address is. */
  readonly changes: Association[] = [];
  /** Names of the probe functions that were asked. */
  readonly asked = new Set<string>();
  /** What EventBridge was told. */
  readonly events: SentEvent[] = [];
  /** What custom resources answered to `<endpoint>/cloudformation`. */
  readonly answers: unknown[] = [];

  private readonly server: Server;
  /** Where the addresses are, by allocation. */
  private readonly places = new Map<string, Shown>();

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

  /** Where an address is that moved through this front. */
  placeOf(allocationId: string): Association | undefined {
    return this.places.get(allocationId);
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
    } else if (request.url === '/cloudformation') {
      this.answers.push(JSON.parse(body));
      response.end();
    } else if (request.headers['x-amz-target'] === 'AWSEvents.PutEvents') {
      response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(this.take(body)));
    } else {
      await this.passOn(request, body, response);
    }
  }

  private probe({ addresses }: ProbeRequest): ProbeResponse {
    return { health: Object.fromEntries(addresses.map((address) => [address, this.health(address)])) };
  }

  /** moto would look for rules that match, and fail at some of their targets. */
  private take(body: string): unknown {
    const { Entries } = JSON.parse(body) as { Entries: { Source: string; DetailType: string; Detail: string }[] };
    for (const { Source, DetailType, Detail } of Entries) {
      this.events.push({ source: Source, type: DetailType, detail: JSON.parse(Detail) as VirtualIpEventDetail });
    }
    return { FailedEntryCount: 0, Entries: Entries.map((_, index) => ({ EventId: `event-${index}` })) };
  }

  private async passOn(request: IncomingMessage, body: string, response: ServerResponse): Promise<void> {
    const answer = await this.ask(request, body);
    const text = await answer.text();
    if (answer.ok) await this.note(request, new URLSearchParams(body), text);
    const type = answer.headers.get('content-type') ?? 'text/xml';
    response.writeHead(answer.status, { 'content-type': type }).end(type.includes('xml') ? this.putRight(text) : text);
  }

  private ask({ method, url, headers }: IncomingMessage, body: string): Promise<Response> {
    const wanted = ['authorization', 'content-type', 'x-amz-date', 'x-amz-target'].flatMap((name) => {
      const value = headers[name];
      return typeof value === 'string' ? [[name, value] as [string, string]] : [];
    });
    return fetch(`${this.moto}${url}`, { method, headers: wanted, body });
  }

  private async note(request: IncomingMessage, call: URLSearchParams, answer: string): Promise<void> {
    if (call.get('Action') === 'DisassociateAddress') {
      for (const [allocationId, { associationId }] of this.places) {
        if (associationId === call.get('AssociationId')) this.places.delete(allocationId);
      }
    }
    if (call.get('Action') !== 'AssociateAddress') return;
    const allocationId = call.get('AllocationId') ?? '';
    const association = {
      allocationId,
      interfaceId: call.get('NetworkInterfaceId') ?? '',
      privateAddress: call.get('PrivateIpAddress') ?? '',
    };
    const before = this.places.get(allocationId);
    const query = new URLSearchParams({ Action: 'DescribeAddresses', Version: '2016-11-15', 'AllocationId.1': allocationId });
    const publicIp = before?.publicIp ?? textOf('publicIp', await (await this.ask(request, query.toString())).text());
    this.places.set(allocationId, { ...association, associationId: textOf('associationId', answer), publicIp });
    this.associations.push(association);
    if (before?.interfaceId !== association.interfaceId || before.privateAddress !== association.privateAddress) {
      this.changes.push(association);
    }
  }

  private putRight(xml: string): string {
    const places = [...this.places.values()];
    const onPrimary = /<association><allocationId>([^<]*)<\/allocationId>[\s\S]*?<\/association>/g;
    const addressesOfInterface =
      /<networkInterfaceId>([^<]*)<\/networkInterfaceId>(?:(?!<networkInterfaceId>)[\s\S])*?<\/privateIpAddressesSet>/g;
    const secondary = /<item><primary>false<\/primary><privateIpAddress>([^<]*)<\/privateIpAddress>/g;
    const shown = xml
      .replace(onPrimary, (whole, allocationId: string) => (this.places.has(allocationId) ? '' : whole))
      .replace(addressesOfInterface, (part, interfaceId: string) =>
        part.replace(secondary, (item, address: string) => {
          const place = places.find((each) => each.interfaceId === interfaceId && each.privateAddress === address);
          return place ? `${item}${associationXml(place)}` : item;
        }),
      );
    return places.reduce((text, { allocationId, privateAddress }) => {
      const address = new RegExp(
        `(<item><allocationId>${allocationId}</allocationId>(?:(?!<allocationId>)[\\s\\S])*?<privateIpAddress>)[^<]*`,
      );
      return text.replace(address, `$1${privateAddress}`);
    }, shown);
  }
}

function associationXml({ allocationId, associationId, publicIp }: Shown): string {
  const values = { allocationId, associationId, publicIp };
  const elements = Object.entries(values).map(([name, value]) => `<${name}>${value}</${name}>`);
  return `<association>${elements.join('')}</association>`;
}

function textOf(element: string, xml: string): string {
  return new RegExp(`<${element}>([^<]*)</${element}>`).exec(xml)?.[1] ?? '';
}

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
