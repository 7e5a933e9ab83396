/** The simulated Route 53 as the record function sees it: through its ports, with refusals told apart from failures as its adapters do. */
import type { AddressRecord, RecordChange } from '../../runtime/core/address-record';
import { addressRecordOf, changesOf } from '../../runtime/core/record-sets';
import type { CheckStore, InstanceRecordPorts } from '../../runtime/instance-record-ports';
import { refusalOf } from '../../runtime/ports';
import type { ListResourceRecordSetsOutput } from '../control-plane/api';
import type { ControlPlane } from '../control-plane/control-plane';
import { Route53Error } from '../control-plane/route53-error';

/** @param api throws while it is away */
export function recordStore(api: () => ControlPlane): InstanceRecordPorts['records'] {
  return {
    list: async (HostedZoneId, name) =>
      listed(api(), HostedZoneId).filter((record) => name === undefined || record.name === name),
    change: async (HostedZoneId, changes) => change(api(), HostedZoneId, changes),
    isInSync: async (Id) => {
      try {
        return api().getChange({ Id }).ChangeInfo.Status === 'INSYNC';
      } catch (error) {
        if (error instanceof Route53Error && error.name === 'NoSuchChange') return undefined;
        throw error;
      }
    },
  };
}

/**
 * @param api throws while it is away
 * @param onMade called with the address of each health check that is made
 */
export function checkStore(api: () => ControlPlane, onMade: (ipAddress: string) => void): CheckStore {
  return {
    create: async ({ reference, ipAddress, settings }) => {
      const { HealthCheck } = api().createHealthCheck({
        CallerReference: reference,
        HealthCheckConfig: { ...settings, IPAddress: ipAddress },
      });
      onMade(ipAddress);
      return HealthCheck.Id;
    },
    // Nothing here goes by tags.
    tag: async () => undefined,
    list: async (prefix) =>
      api()
        .listHealthChecks()
        .HealthChecks.filter(({ CallerReference }) => CallerReference.startsWith(prefix))
        .map(({ Id: id, CallerReference: reference }) => ({ id, reference })),
    delete: async (HealthCheckId) => {
      try {
        api().deleteHealthCheck({ HealthCheckId });
      } catch (error) {
        if (!(error instanceof Route53Error && error.name === 'NoSuchHealthCheck')) throw error;
      }
    },
  };
}

function listed(plane: ControlPlane, HostedZoneId: string): AddressRecord[] {
  const found: AddressRecord[] = [];
  let next: Partial<ListResourceRecordSetsOutput> = {};
  do {
    const { NextRecordName, NextRecordType, NextRecordIdentifier } = next;
    const from = {
      StartRecordName: NextRecordName,
      StartRecordType: NextRecordType,
      StartRecordIdentifier: NextRecordIdentifier,
    };
    const page = plane.listResourceRecordSets({ HostedZoneId, ...from });
    found.push(...page.ResourceRecordSets.flatMap(addressRecordOf));
    next = page;
  } while (next.IsTruncated);
  return found;
}

function change(plane: ControlPlane, HostedZoneId: string, changes: readonly RecordChange[]): string {
  try {
    return plane.changeResourceRecordSets({ HostedZoneId, ChangeBatch: { Changes: changesOf(changes) } }).ChangeInfo.Id;
  } catch (error) {
    throw error instanceof Route53Error ? refusalOf(error) : error;
  }
}
