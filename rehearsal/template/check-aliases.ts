/** Where aliases lead: to records of their zone, to what a deploy elsewhere has made, or to AWS. Each mistake is a named error. */
import { isWithin } from '../dns/groups';
import type { HostedZone } from '../dns/records';
import { UsageError } from '../usage-error';
import { plainName, type ReadRecord, type UnplayedRecord } from './read-record';
import { isNamed, type OwnZones } from './read-zones';

/** Records without the aliases of what is not played; `skipped` names those, one sentence each. */
export function withoutUnplayed(
  records: readonly ReadRecord[],
  unplayed: readonly UnplayedRecord[],
): { records: ReadRecord[]; skipped: string[] } {
  const skipped = unplayed.map(({ what, why }) => `${what} ${why} and is not rehearsed`);
  const all = new Set([...records, ...unplayed].map(({ zone, record }) => keyOf(zone, record.name, record.type)));
  for (let left = [...records]; ; ) {
    const there = new Set(left.map(({ zone, record }) => keyOf(zone, record.name, record.type)));
    const isBlind = ({ zone, record: { alias, type } }: ReadRecord) => {
      const target = alias && keyOf(zone, alias.name, type);
      return target !== undefined && all.has(target) && !there.has(target);
    };
    const blind = left.filter(isBlind);
    if (blind.length === 0) return { records: left, skipped };
    skipped.push(...blind.map(({ what, record }) => `${what} leads to ${record.alias?.name} and is not rehearsed either`));
    left = left.filter((record) => !isBlind(record));
  }
}

/** One sentence for each alias whose target's addresses are not known. */
export function checkAliases(records: readonly ReadRecord[], zones: readonly HostedZone[], own: OwnZones): string[] {
  const held = new Set(records.map(({ zone, record }) => keyOf(zone, record.name, record.type)));
  const names = new Set(records.map(({ zone, record }) => `${zone} ${record.name}`));
  return records.flatMap(({ what, zone, record: { type, alias } }) => {
    if (!alias) return [];
    const { name, zoneId } = alias;
    const home = zones.find((each) => isWithin(name, each.name));
    if (home && zoneId !== undefined && !isNamed(zone)) {
      throw new UsageError(
        `${what} must lead to a record of its own zone ${zone}, or to AWS, got ${name} of ${zoneId}: mend 'AliasTarget'`,
      );
    }
    if (held.has(keyOf(zone, name, type))) return [];
    const unknown = `${what} leads to ${name}, whose addresses are not known here: it counts as healthy and answers nothing`;
    const complete = own.has(zone) || names.has(`${zone} ${name}`);
    if (!home || !complete) return [unknown];
    throw new UsageError(
      `${what} must lead to records of its own type, got ${name}, which has none of type ${type}: mend 'AliasTarget' or add the record`,
    );
  });
}

/** An alias or a CNAME that leads back to itself, over whichever others. */
export function checkCycles(records: readonly ReadRecord[]): void {
  let left = new Map<string, string[]>();
  for (const { record } of records) {
    const { name, type, alias, values } = record;
    const next = alias ? [alias.name] : type === 'CNAME' ? values.map(plainName) : [];
    const node = `${name} ${type}`;
    left.set(node, [...(left.get(node) ?? []), ...next.map((target) => `${target} ${type}`)]);
  }
  // What leads to nothing that is left ends somewhere; what then remains does not.
  for (let before = -1; before !== left.size; ) {
    before = left.size;
    left = new Map([...left].filter(([, targets]) => targets.some((target) => left.has(target))));
  }
  const [start] = left.keys();
  if (start === undefined) return;
  const path: string[] = [];
  for (let node = start; !path.includes(node); node = left.get(node)?.find((target) => left.has(target)) ?? node) path.push(node);
  const last = left.get(path.at(-1) ?? '')?.find((target) => left.has(target)) ?? start;
  const cycle = [...path.slice(path.indexOf(last)), last].map((node) => node.split(' ')[0]);
  throw new UsageError(`aliases and CNAMEs must end at a record with values, got ${cycle.join(' -> ')}: mend one of them`);
}

function keyOf(zone: string, name: string, type: string): string {
  return [zone, name, type].join(' ');
}
