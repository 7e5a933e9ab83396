/** The simulated Route 53 as the record function sees it: through its ports, with refusals told apart from failures as its adapters do. */
import { type AddressRecord, isUnchanged, type RecordChange } from '../../runtime/core/address-record';
import type { CheckStore } from '../../runtime/instance-record-ports';
import { type RecordStore, Refused } from '../../runtime/ports';
import type { Change, ListResourceRecordSetsOutput, ResourceRecordSet } from '../control-plane/api';
import type { ControlPlane } from '../control-plane/control-plane';
import { plainName } from '../control-plane/names';
import { Route53Error } from '../control-plane/route53-error';

/** Errors of a batch of which nothing was done. */
const REFUSALS = ['InvalidChangeBatch', 'PriorRequestNotComplete'];

/** @param api throws while it is away */
export function recordStore(api: () => ControlPlane): RecordStore {
  return {
    shortenNegativeAnswers: async () => undefined,
    list: async (HostedZoneId, name) =>
      listed(api(), HostedZoneId).filter((record) => name === undefined || record.name === name),
    change: async (HostedZoneId, changes) => change(api(), HostedZoneId, changes),
    isInSync: async (Id) => api().getChange({ Id }).ChangeInfo.Status === 'INSYNC',
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
    found.push(...page.ResourceRecordSets.flatMap(fromApi));
    next = page;
  } while (next.IsTruncated);
  return found;
}

function change(plane: ControlPlane, HostedZoneId: string, changes: readonly RecordChange[]): string {
  const Changes = changes.flatMap((each): Change[] => {
    const { before, after } = each;
    if (after && isUnchanged(each)) return [{ Action: 'UPSERT', ResourceRecordSet: toApi(after) }];
    return [
      ...(before ? [{ Action: 'DELETE' as const, ResourceRecordSet: toApi(before) }] : []),
      ...(after ? [{ Action: 'CREATE' as const, ResourceRecordSet: toApi(after) }] : []),
    ];
  });
  try {
    return plane.changeResourceRecordSets({ HostedZoneId, ChangeBatch: { Changes } }).ChangeInfo.Id;
  } catch (error) {
    if (error instanceof Route53Error && REFUSALS.includes(error.name)) throw new Refused(error.message, { cause: error });
    throw error;
  }
}

function toApi({ name, type, ttl, values, setIdentifier, healthCheckId }: AddressRecord): ResourceRecordSet {
  return {
    Name: name,
    Type: type,
    TTL: ttl,
    ResourceRecords: values.map((Value) => ({ Value })),
    ...(setIdentifier !== undefined && { SetIdentifier: setIdentifier, MultiValueAnswer: true }),
    ...(healthCheckId !== undefined && { HealthCheckId: healthCheckId }),
  };
}

function fromApi({
  Name,
  Type,
  TTL = 0,
  ResourceRecords = [],
  SetIdentifier,
  HealthCheckId,
}: ResourceRecordSet): AddressRecord[] {
  if (Type !== 'A' && Type !== 'AAAA') return [];
  return [
    {
      name: plainName(Name),
      type: Type,
      ttl: TTL,
      values: ResourceRecords.map(({ Value }) => Value),
      ...(SetIdentifier !== undefined && { setIdentifier: SetIdentifier }),
      ...(HealthCheckId !== undefined && { healthCheckId: HealthCheckId }),
    },
  ];
}
