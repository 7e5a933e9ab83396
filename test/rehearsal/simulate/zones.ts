import type { HostedZone } from '../../../rehearsal/dns/records';

/** A name with so many multivalue records of a TTL of 60 s, each with its health check. */
export function multivalue(addresses: number): { zones: HostedZone[]; places: Map<string, number> } {
  const values = Array.from({ length: addresses }, (_, index) => `192.0.2.${index + 1}`);
  const records = values.map((value, index) => ({
    name: 'www.example.org',
    type: 'A' as const,
    ttl: 60,
    values: [value],
    setIdentifier: value,
    routing: { policy: 'multivalue' as const },
    healthCheckId: `check-${index}`,
  }));
  return {
    zones: [{ id: 'Z1', name: 'example.org', records, nameServers: ['ns-1.example.org'] }],
    places: new Map(values.map((value, index) => [value, index])),
  };
}
