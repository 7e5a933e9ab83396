/** A page of a zone's record sets: up to 300, by name with its labels reversed, then by type, then by set identifier. */
import type { ListResourceRecordSetsInput, ListResourceRecordSetsOutput } from './api';
import { ASSUMED } from './assumed-texts';
import { byKey, fqdn, groupKey } from './names';
import type { RecordMap } from './record-map';
import { Route53Error } from './route53-error';

/** Source: API reference, `ListResourceRecordSets`. */
const MAX_ITEMS = 300;

export function listRecordSets(
  records: RecordMap,
  input: Omit<ListResourceRecordSetsInput, 'HostedZoneId'>,
): ListResourceRecordSetsOutput {
  const { StartRecordName, StartRecordType, StartRecordIdentifier = '' } = input;
  if (StartRecordName === undefined && StartRecordType !== undefined) {
    throw new Route53Error('InvalidInput', ASSUMED.typeWithoutName);
  }
  const asked = input.MaxItems ?? MAX_ITEMS;
  if (!Number.isInteger(asked) || asked < 1) {
    throw new Route53Error('InvalidInput', ASSUMED.constraint('maxItems', asked, 'have value greater than or equal to 1'));
  }
  const start = StartRecordName === undefined ? '' : startKey(fqdn(StartRecordName));
  function startKey(name: string): string {
    if (StartRecordType !== undefined) return groupKey(name, StartRecordType) + StartRecordIdentifier;
    return groupKey(name, 'A').split('\0')[0] ?? '';
  }

  const size = Math.min(asked, MAX_ITEMS);
  const rest = [...records].filter(([key]) => key >= start).sort(([one], [other]) => byKey(one, other));
  const next = rest[size]?.[1];
  return {
    ResourceRecordSets: rest.slice(0, size).map(([, set]) => set),
    IsTruncated: next !== undefined,
    ...(next && { NextRecordName: next.Name, NextRecordType: next.Type, NextRecordIdentifier: next.SetIdentifier }),
    MaxItems: asked,
  };
}
