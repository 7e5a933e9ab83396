/** Protections of record sets: as long as one stands, every batch that touches its name and type fails. */
import type { Protection } from './api';
import { ASSUMED } from './assumed-texts';
import { fqdn, groupKey, liesWithin } from './names';
import { Route53Error } from './route53-error';
import type { ZoneState } from './zone-state';

export function protect(zone: ZoneState, protections: readonly Protection[]): void {
  const added = new Map<string, Protection>();
  const problems = protections.flatMap((protection) => {
    const name = fqdn(protection.RecordName);
    const key = groupKey(name, protection.RecordType);
    const twice = added.has(key);
    added.set(key, { ...protection, RecordName: name });
    if (twice) return [ASSUMED.badProtection(protection, 'appears more than once in the request')];
    return liesWithin(name, zone.name) ? [] : [ASSUMED.badProtection(protection, `lies outside zone ${zone.name}`)];
  });
  if (problems.length > 0) throw new Route53Error('InvalidResourceRecordSetProtectionBatch', problems);
  if ([...added.keys()].every((key) => zone.protections.has(key))) {
    throw new Route53Error('ProtectionAlreadyExists', ASSUMED.protectionExists);
  }
  for (const [key, protection] of added) zone.protections.set(key, protection);
}

export function unprotect(zone: ZoneState, protections: readonly Omit<Protection, 'Comment'>[]): void {
  const keys = protections.map(({ RecordName, RecordType }) => groupKey(fqdn(RecordName), RecordType));
  const missing = protections.filter((_, index) => !zone.protections.has(keys[index] ?? ''));
  if (missing.length > 0) {
    const problems = missing.map((protection) => ASSUMED.badProtection(protection, 'is not protected'));
    throw new Route53Error('InvalidResourceRecordSetProtectionBatch', problems);
  }
  for (const key of keys) zone.protections.delete(key);
}
