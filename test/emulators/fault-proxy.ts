/**
 * Stands between a function and what it calls. It counts and time-stamps every call by service and action, and makes calls fail the
 * way AWS and networks do, as often as a script says. What no script names passes.
 *
 * Gotcha: moto checks the condition of an UpdateItem and writes in two steps, so of two at the same time both succeed (46 of 400 pairs).
 * DynamoDB lets one, so its calls are passed on one after the other.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

export type Service = 'ec2' | 'dynamodb' | 'lambda' | 'events' | 'route53';

/** `throttled`, `error`: refused without effect; `silent`: swallowed, and never answered; `lost`: done, but the answer never comes. */
export type FaultKind = 'throttled' | 'error' | 'silent' | 'lost';

export interface Fault {
  readonly action: string;
  /** Only calls of this function; for Invoke. */
  readonly functionName?: string;
  readonly kind: FaultKind;
  /** How many calls it meets, repetitions by the SDK included. */
  readonly times: number;
}

/** One call, when it arrived and what came of it. Times are of `performance.now()`. */
export interface Call {
  readonly service: Service;
  readonly action: string;
  readonly functionName?: string;
  readonly at: number;
  fault?: FaultKind;
  /** Status with which it was answered behind the proxy; undefined while it was not, or when it never got there. */
  status?: number;
  /** When that answer was there. */
  doneAt?: number;
}

export class FaultProxy {
  static async start(upstream: string): Promise<FaultProxy> {
    const proxy = new FaultProxy(upstream);
    proxy.server.listen(0, '127.0.0.1');
    await once(proxy.server, 'listening');
    return proxy;
  }

  /** All calls since the last reset, oldest first. */
  calls: Call[] = [];
  /** Milliseconds that every call to a service takes longer. */
  delays: Partial<Record<Service, number>> = {};
  private faults: (Fault & { left: number })[] = [];
  private readonly server: Server;
  /** Ends with the last call of DynamoDB that was passed on. */
  private turn: Promise<unknown> = Promise.resolve();

  private constructor(private readonly upstream: string) {
    this.server = createServer((request, response) => {
      this.serve(request, response).catch(() => response.destroy());
    });
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  inject(...faults: Fault[]): void {
    this.faults.push(...faults.map((fault) => ({ ...fault, left: fault.times })));
  }

  /** Forgets calls, faults and delays. */
  reset(): void {
    this.calls = [];
    this.faults = [];
    this.delays = {};
  }

  /** Calls of one service or one action. */
  count(name: string): number {
    return this.calls.filter(({ service, action }) => service === name || action === name).length;
  }

  async stop(): Promise<void> {
    this.server.close();
    this.server.closeAllConnections();
    await once(this.server, 'close');
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const call: Call = { ...nameOf(request, body.toString()), at: performance.now() };
    this.calls.push(call);
    const fault = this.faults.find(
      ({ action, functionName = call.functionName, left }) =>
        left > 0 && action === call.action && functionName === call.functionName,
    );
    if (fault) {
      fault.left--;
      call.fault = fault.kind;
    }
    const delay = this.delays[call.service] ?? 0;
    if (delay > 0) await pause(delay);
    if (call.fault === 'silent') return;
    if (call.fault === 'throttled' || call.fault === 'error') return refuse(response, call.service, call.fault);
    await this.passOn(request, body, response, call);
  }

  private async passOn(request: IncomingMessage, body: Buffer, response: ServerResponse, call: Call): Promise<void> {
    const { host: _, connection: __, 'content-length': ___, 'transfer-encoding': ____, ...headers } = request.headers;
    const ask = async () => {
      const answer = await fetch(`${this.upstream}${request.url}`, {
        method: request.method,
        headers: Object.entries(headers).map(([name, value]) => [name, String(value)] as [string, string]),
        ...(request.method !== 'GET' && { body: new Uint8Array(body) }),
      });
      return { status: answer.status, type: answer.headers.get('content-type') ?? '', text: await answer.text() };
    };
    const asked = call.service === 'dynamodb' ? this.turn.then(ask, ask) : ask();
    if (call.service === 'dynamodb') this.turn = asked;
    const answer = await asked;
    call.status = answer.status;
    call.doneAt = performance.now();
    if (call.fault === 'lost') {
      request.socket.destroy();
      return;
    }
    response.writeHead(answer.status, { 'content-type': answer.type }).end(answer.text);
  }
}

function nameOf(
  { url = '', method = '', headers }: IncomingMessage,
  body: string,
): Pick<Call, 'service' | 'action' | 'functionName'> {
  const [, functionName] = /\/functions\/([^/]+)\/invocations/.exec(url) ?? [];
  if (functionName) return { service: 'lambda', action: 'Invoke', functionName: decodeURIComponent(functionName) };
  // Route 53 speaks REST: 'POST rrset'.
  const [, resource] = /^\/2013-04-01\/(?:.*\/(?=rrset))?(\w+)/.exec(url) ?? [];
  if (resource) return { service: 'route53', action: `${method} ${resource}` };
  const [target, action] = String(headers['x-amz-target'] ?? '').split('.');
  if (action) return { service: target?.startsWith('DynamoDB') ? 'dynamodb' : 'events', action };
  return { service: 'ec2', action: new URLSearchParams(body).get('Action') ?? '' };
}

/** The words in which each service refuses. */
const REFUSALS = {
  ec2: { throttled: [503, 'RequestLimitExceeded'], error: [500, 'InternalError'] },
  dynamodb: { throttled: [400, 'ProvisionedThroughputExceededException'], error: [500, 'InternalServerError'] },
  events: { throttled: [400, 'ThrottlingException'], error: [500, 'InternalException'] },
  route53: { throttled: [400, 'Throttling'], error: [503, 'ServiceUnavailable'] },
  lambda: { throttled: [429, 'TooManyRequestsException'], error: [500, 'ServiceException'] },
} as const;

function refuse(response: ServerResponse, service: Service, kind: 'throttled' | 'error'): void {
  const [status, code] = REFUSALS[service][kind];
  if (service === 'route53') {
    const error = `<Error><Type>Sender</Type><Code>${code}</Code><Message>made up</Message></Error>`;
    response.writeHead(status, { 'content-type': 'text/xml' }).end(`<ErrorResponse>${error}</ErrorResponse>`);
    return;
  }
  if (service === 'ec2') {
    const error = `<Error><Code>${code}</Code><Message>made up</Message></Error>`;
    response.writeHead(status, { 'content-type': 'text/xml' });
    response.end(`<Response><Errors>${error}</Errors><RequestID>made-up</RequestID></Response>`);
    return;
  }
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0', 'x-amzn-errortype': code });
  response.end(JSON.stringify({ __type: code, message: 'made up' }));
}
