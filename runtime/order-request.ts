/** Orders as operators give them: names and lengths of time, which become orders at a moment. */
import type { FleetTopology } from '../lib/private/takeover-contract';
import type { Order } from './core/orders';
import { spanOf } from './core/span';

/** Without a virtual IP the only one of the fleet is meant. */
export type OrderRequest =
  | { readonly kind: 'move'; readonly virtualIp?: string; readonly slot: string }
  | { readonly kind: 'pin'; readonly virtualIp?: string; readonly slot: string; readonly forSeconds: number }
  | { readonly kind: 'unpin'; readonly virtualIp?: string }
  /** Without a time: no longer. */
  | { readonly kind: 'freeze'; readonly virtualIp?: string; readonly forSeconds?: number }
  | { readonly kind: 'evacuate'; readonly slot: string; readonly forSeconds?: number };

type Named<T> = T extends { readonly kind: 'evacuate' } ? T : T & { readonly virtualIp: string };

/** One that names what it is about. */
export type NamedOrder = Named<OrderRequest>;

/** Nothing was written, and the message says why and what to do. */
export class OrderRefused extends Error {
  override readonly name = 'OrderRefused';
}

/** The request with its names, all of them known; throws OrderRefused for one that the fleet does not have. */
export function withNames(request: OrderRequest, topology: FleetTopology): NamedOrder {
  const { fleet, slots } = topology;
  if ('slot' in request) {
    requireKnown(
      `slot of ${fleet}`,
      request.slot,
      slots.map(({ slot }) => slot),
    );
  }
  return request.kind === 'evacuate' ? request : { ...request, virtualIp: virtualIpOf(request.virtualIp, topology) };
}

/** What the state is to hold from a moment on. */
export function orderOf(request: NamedOrder, now: number): Order {
  switch (request.kind) {
    case 'move':
    case 'unpin':
      return request;
    case 'pin':
      return { kind: 'pin', virtualIp: request.virtualIp, slot: request.slot, until: now + request.forSeconds * 1000 };
    case 'freeze':
      return { kind: 'freeze', virtualIp: request.virtualIp, until: untilOf(request.forSeconds, now) };
    case 'evacuate':
      return { kind: 'evacuate', slot: request.slot, until: untilOf(request.forSeconds, now) };
  }
}

/** 'pin Vip to slot 2 for 1 h' */
export function inWords(request: NamedOrder): string {
  const time = 'forSeconds' in request && request.forSeconds !== undefined ? ` for ${spanOf(request.forSeconds)}` : '';
  switch (request.kind) {
    case 'move':
    case 'pin':
      return `${request.kind} ${request.virtualIp} to slot ${request.slot}${time}`;
    case 'unpin':
      return `unpin ${request.virtualIp}`;
    case 'freeze':
      return time ? `keep ${request.virtualIp} where it is${time}` : `end the maintenance of ${request.virtualIp}`;
    case 'evacuate':
      return time ? `keep slot ${request.slot} free of virtual IPs${time}` : `end the maintenance of slot ${request.slot}`;
  }
}

function virtualIpOf(name: string | undefined, { fleet, virtualIps }: FleetTopology): string {
  const known = virtualIps.map((each) => each.name);
  const [only] = known;
  if (name !== undefined) requireKnown(`virtual IP of ${fleet}`, name, known);
  else if (known.length !== 1) throw new OrderRefused(`a virtual IP must be named, ${fleet} has ${known.join(', ') || 'none'}`);
  return (name ?? only) as string;
}

function requireKnown(what: string, name: string, known: readonly string[]): void {
  if (!known.includes(name))
    throw new OrderRefused(`no ${what} is called '${name}': choose one of ${known.join(', ') || 'none'}`);
}

function untilOf(forSeconds: number | undefined, now: number): number | undefined {
  return forSeconds === undefined ? undefined : now + forSeconds * 1000;
}
