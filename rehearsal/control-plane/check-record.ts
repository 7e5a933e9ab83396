/** What is wrong with one record set by itself: its name and its values. */
import { isIPv4, isIPv6 } from 'node:net';
import { RECORD_TYPES } from '../dns/records';
import { valueParts } from '../dns/wire/values';
import type { ResourceRecordSet } from './api';
import { ASSUMED } from './assumed-texts';
import { liesWithin, plainName } from './names';
import { SEEN } from './seen-texts';

/** Values in one record set. Source: Route 53 developer guide, quotas. */
const MAX_VALUES = 400;
const MAX_LABEL_LENGTH = 63;

export function checkName({ Name }: ResourceRecordSet, zone: string): string[] {
  if (Name === '.') return [SEEN.emptyName];
  const labels = plainName(Name).split('.');
  if (labels.some((label) => label.length === 0 || label.length > MAX_LABEL_LENGTH)) return [ASSUMED.badLabel(Name)];
  return liesWithin(Name, zone) ? [] : [SEEN.outsideZone(Name, zone)];
}

export function checkValues(set: ResourceRecordSet): string[] {
  const values = set.ResourceRecords?.map(({ Value }) => Value) ?? [];
  const repeated = values.filter((value, index) => values.indexOf(value) !== index);
  return [
    ...(values.length > MAX_VALUES ? [SEEN.tooManyValues(MAX_VALUES)] : []),
    ...repeated.map(SEEN.duplicateValue),
    ...(set.Type === 'A' ? values.filter((value) => !isIPv4(value)).map(SEEN.notIpv4) : []),
    ...(set.Type === 'AAAA' ? values.filter((value) => !isIPv6(value)).map(ASSUMED.notIpv6) : []),
    ...(set.Type === 'A' || set.Type === 'AAAA' ? [] : values.flatMap((value) => checkData(set.Type, value))),
    ...(set.Type === 'CNAME' && values.length > 1 ? [ASSUMED.cnameValues(set)] : []),
  ];
}

/** Types that nothing here can write are not looked at. */
function checkData(type: string, value: string): string[] {
  if (!RECORD_TYPES.some((each) => each === type)) return [];
  try {
    valueParts(type, value);
    return [];
  } catch (error) {
    return [ASSUMED.badValue((error as Error).message)];
  }
}
