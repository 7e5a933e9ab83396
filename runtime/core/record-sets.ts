/** Records of addresses in the words of Route 53's API, for whoever speaks to it. */
import { type AddressFamily, type AddressRecord, isUnchanged, type RecordChange } from './address-record';

/** Milliseconds until a zone that has just taken a change takes another one: nobody has published how long Route 53 works at one. */
export const ZONE_PAUSE_MS = 1500;

/** A record set as the API writes it, as far as it matters here. */
export interface ListedRecordSet {
  readonly Name?: string;
  readonly Type?: string;
  readonly TTL?: number;
  readonly ResourceRecords?: readonly { readonly Value?: string }[];
  readonly SetIdentifier?: string;
  readonly HealthCheckId?: string;
}

/** The name without the dot at its end, and with characters in place of their octal codes. */
export function nameOf({ Name = '' }: ListedRecordSet): string {
  const plain = Name.replace(/\.$/, '').replace(/\\([0-7]{3})/g, (_, code: string) =>
    String.fromCharCode(Number.parseInt(code, 8)),
  );
  return plain.toLowerCase();
}

/** Nothing for a record set of another type. */
export function addressRecordOf(set: ListedRecordSet): AddressRecord[] {
  const { Type: type, TTL: ttl = 0, ResourceRecords = [], SetIdentifier: setIdentifier, HealthCheckId: healthCheckId } = set;
  if (type !== 'A' && type !== 'AAAA') return [];
  return [
    {
      name: nameOf(set),
      type,
      ttl,
      values: ResourceRecords.flatMap(({ Value }) => Value ?? []),
      ...(setIdentifier !== undefined && { setIdentifier }),
      ...(healthCheckId !== undefined && { healthCheckId }),
    },
  ];
}

/**
 * A change deletes what was there, word by word, and creates what should be. Only a record that is written once more as it is takes an UPSERT.
 */
export function changesOf(changes: readonly RecordChange[]) {
  return changes.flatMap((change) => {
    const { before, after } = change;
    if (after && isUnchanged(change)) return [changeOf('UPSERT', after)];
    return [...(before ? [changeOf('DELETE', before)] : []), ...(after ? [changeOf('CREATE', after)] : [])];
  });
}

function changeOf(Action: 'CREATE' | 'DELETE' | 'UPSERT', record: AddressRecord) {
  const { name, type, ttl, values, setIdentifier, healthCheckId } = record;
  return {
    Action,
    ResourceRecordSet: {
      Name: name,
      Type: type as AddressFamily,
      TTL: ttl,
      ResourceRecords: values.map((Value) => ({ Value })),
      ...(setIdentifier !== undefined && { SetIdentifier: setIdentifier, MultiValueAnswer: true }),
      ...(healthCheckId !== undefined && { HealthCheckId: healthCheckId }),
    },
  };
}
