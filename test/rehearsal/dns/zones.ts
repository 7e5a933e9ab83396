/** Zones and records for the tests of DNS. */
import type { HostedZone, RecordSet, Routing } from '../../../rehearsal/dns/records';

/** `count` multivalue records of one name, each with its own address and health check 'check-1', 'check-2', … */
export function multivalue(name: string, count: number): RecordSet[] {
  return Array.from({ length: count }, (_, index) => ({
    name,
    type: 'A',
    ttl: 60,
    values: [`127.10.1.${index + 1}`],
    setIdentifier: `slot-${index + 1}`,
    routing: { policy: 'multivalue' },
    healthCheckId: `check-${index + 1}`,
  }));
}

export function simple(name: string, values: string[], type: RecordSet['type'] = 'A', ttl = 300): RecordSet {
  return { name, type, routing: { policy: 'simple' }, ttl, values };
}

export function zoneOf(...records: RecordSet[]): HostedZone {
  return { id: 'Z1', name: 'example.com', records, nameServers: ['ns-1.example.com', 'ns-2.example.com'] };
}

/** A record with the address 127.10.5.<number>, and the health check 'check-<number>'. */
export function record(name: string, number: number, routing: Routing, other: Partial<RecordSet> = {}): RecordSet {
  const healthCheckId = `check-${number}`;
  return {
    name,
    type: 'A',
    routing,
    setIdentifier: `set-${number}`,
    ttl: 60,
    values: [`127.10.5.${number}`],
    healthCheckId,
    ...other,
  };
}

/** Records of these weights, numbered from 1. */
export function weighted(name: string, ...weights: number[]): RecordSet[] {
  return weights.map((weight, index) => record(name, index + 1, { policy: 'weighted', weight }));
}

/** An alias that evaluates the health of its target and has no check of its own. */
export function alias(name: string, target: string, routing: Routing, other: { evaluateTargetHealth?: boolean } = {}): RecordSet {
  const { evaluateTargetHealth = true } = other;
  return { name, type: 'A', routing, setIdentifier: target, ttl: 60, values: [], alias: { name: target, evaluateTargetHealth } };
}

export const SIMPLE: Routing = { policy: 'simple' };
export const PRIMARY: Routing = { policy: 'failover', role: 'PRIMARY' };
export const SECONDARY: Routing = { policy: 'failover', role: 'SECONDARY' };
