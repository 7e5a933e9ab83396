/** Zones and records for the tests of DNS. */
import type { HostedZone, RecordSet } from '../../../rehearsal/dns/records';

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
