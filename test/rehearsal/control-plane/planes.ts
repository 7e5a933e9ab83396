/** A control plane with one zone, example.com, for the tests. Its clock stands still until told otherwise. */
import type { Change, ResourceRecordSet } from '../../../rehearsal/control-plane/api';
import { ControlPlane, type ControlPlaneOptions } from '../../../rehearsal/control-plane/control-plane';
import { Route53Error } from '../../../rehearsal/control-plane/route53-error';
import { seededRandom } from '../../../rehearsal/random';

export const ZONE = 'Z1EXAMPLE';

export interface TestPlane {
  readonly plane: ControlPlane;
  readonly clock: { time: number; now(): number };
  /** Sends a batch, a minute after the one before. */
  change(...changes: Change[]): ReturnType<ControlPlane['changeResourceRecordSets']>;
  /** Names, types and set identifiers of what is listed, without the zone's own NS and SOA. */
  held(): string[];
}

export function testPlane(options: Partial<ControlPlaneOptions> = {}): TestPlane {
  const clock = {
    time: 0,
    now(): number {
      return this.time;
    },
  };
  const zones = [{ id: ZONE, name: 'example.com', nameServers: ['ns-1.awsdns.test', 'ns-2.awsdns.test'] }];
  const plane = new ControlPlane({ clock, random: seededRandom(1), zones, ...options });
  return {
    plane,
    clock,
    change: (...Changes) => {
      clock.time += 60_000;
      return plane.changeResourceRecordSets({ HostedZoneId: ZONE, ChangeBatch: { Changes } });
    },
    held: () => {
      clock.time += 60_000;
      return plane
        .listResourceRecordSets({ HostedZoneId: ZONE })
        .ResourceRecordSets.filter(({ Name, Type }) => Name !== 'example.com.' || !['NS', 'SOA'].includes(Type))
        .map(({ Name, Type, SetIdentifier }) => [Name, Type, SetIdentifier].filter(Boolean).join(' '));
    },
  };
}

export const create = (set: ResourceRecordSet): Change => ({ Action: 'CREATE', ResourceRecordSet: set });
export const upsert = (set: ResourceRecordSet): Change => ({ Action: 'UPSERT', ResourceRecordSet: set });
export const remove = (set: ResourceRecordSet): Change => ({ Action: 'DELETE', ResourceRecordSet: set });

export function record(
  name: string,
  values: string | string[] = '198.51.100.1',
  more: Partial<ResourceRecordSet> = {},
): ResourceRecordSet {
  return { Name: name, Type: 'A', TTL: 60, ResourceRecords: [values].flat().map((Value) => ({ Value })), ...more };
}

export function alias(name: string, target: string, more: Partial<ResourceRecordSet> = {}, zoneId = ZONE): ResourceRecordSet {
  return { Name: name, Type: 'A', AliasTarget: { HostedZoneId: zoneId, DNSName: target, EvaluateTargetHealth: true }, ...more };
}

/** The error that `call` throws. */
export function refusal(call: () => unknown): Route53Error {
  try {
    call();
  } catch (error) {
    if (error instanceof Route53Error) return error;
    throw error;
  }
  throw new Error('was not refused');
}
