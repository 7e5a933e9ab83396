/** What no name of a hosted zone can have, whatever it leads to. Each mistake is a named error. */
import { type HealthCheck, isEndpointCheck } from '../health/health-check';
import { UsageError } from '../usage-error';
import type { ReadRecord, UnplayedRecord } from './read-record';

/** @param all also those that are not played: a name must not mix its policies with theirs */
export function checkRecords(
  all: readonly (ReadRecord | UnplayedRecord)[],
  played: readonly ReadRecord[],
  checks: ReadonlyMap<string, HealthCheck>,
): void {
  for (const group of groupsOf(all)) {
    onePolicy(group);
    distinctIdentifiers(group);
  }
  for (const group of groupsOf(played)) onePrimary(group);
  for (const record of played) {
    primaryWithCheck(record);
    judgedByOthers(record, checks);
  }
}

/** Records of one name and type in one zone. */
function groupsOf<T extends ReadRecord | UnplayedRecord>(records: readonly T[]): T[][] {
  const groups = new Map<string, T[]>();
  for (const each of records) {
    const key = [each.zone, each.record.name, each.record.type].join(' ');
    groups.set(key, [...(groups.get(key) ?? []), each]);
  }
  return [...groups.values()];
}

function onePolicy(group: readonly (ReadRecord | UnplayedRecord)[]): void {
  const policies = [...new Set(group.map(({ policy }) => policy))];
  const [first] = group;
  if (!first || policies.length === 1) return;
  throw new UsageError(
    `records of ${titleOf(first)} must have one routing policy, got ${policies.join(', ')} ` +
      `(${group.map(({ what }) => what).join(', ')}): give them names of their own, or the same policy`,
  );
}

function distinctIdentifiers(group: readonly (ReadRecord | UnplayedRecord)[]): void {
  const first = new Map<string | undefined, string>();
  for (const each of group) {
    const { setIdentifier } = each.record;
    const other = first.get(setIdentifier);
    first.set(setIdentifier, each.what);
    if (other === undefined) continue;
    const got = setIdentifier === undefined ? 'none of them' : `'${setIdentifier}' twice`;
    throw new UsageError(
      `records of ${titleOf(each)} must each have a set identifier of their own, got ${got} (${other}, ${each.what}): ` +
        "mend 'SetIdentifier'",
    );
  }
}

function onePrimary(group: readonly ReadRecord[]): void {
  for (const role of ['PRIMARY', 'SECONDARY'] as const) {
    const [one, two] = group.filter(({ record: { routing } }) => routing.policy === 'failover' && routing.role === role);
    if (!one || !two) continue;
    throw new UsageError(
      `records of ${titleOf(one)} must have one ${role}, got two (${one.what}, ${two.what}): mend 'Failover' of one of them`,
    );
  }
}

function primaryWithCheck({ what, record: { routing, alias, healthCheckId } }: ReadRecord): void {
  if (routing.policy !== 'failover' || routing.role !== 'PRIMARY' || alias || healthCheckId !== undefined) return;
  throw new UsageError(`${what} must have a health check to be PRIMARY, got none: give it a 'HealthCheckId'`);
}

/** A check that looks up a name finds whatever it has made of that name itself. */
function judgedByOthers({ what, record: { name, healthCheckId } }: ReadRecord, checks: ReadonlyMap<string, HealthCheck>): void {
  const check = checks.get(healthCheckId ?? '');
  const looking = check?.type === 'CALCULATED' ? check.children.map((id) => checks.get(id)) : [check];
  const own = looking.find(
    (each) => each && isEndpointCheck(each) && each.ipAddress === undefined && each.fullyQualifiedDomainName === name,
  );
  if (!own) return;
  throw new UsageError(
    `${what} must be judged by a health check of something else than its own name, got ${own.id}, which looks up ${name}: ` +
      "give the check an 'IPAddress', or a name that leads to this endpoint only",
  );
}

function titleOf({ record: { name, type } }: ReadRecord | UnplayedRecord): string {
  return `${name} ${type}`;
}
