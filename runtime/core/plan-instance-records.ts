/**
 * Which records follow the instances of an elastic fleet, and which of its health checks are left over.
 *
 * A record tells by its identifier whose it is, of which instance, and how it is judged: `owner-instance-settings`. A record with another
 * identifier belongs to somebody else, and is not touched.
 */
import type { NameCheck, PublishedName, RecordsTopology } from '../../lib/private/records-contract';
import type { AddressFamily, AddressRecord } from './address-record';
import { hash } from './hash';

/** Where an instance is reached, in each address family; and its zone, as far as EC2 tells. */
export interface HostAddresses {
  readonly A?: string;
  readonly AAAA?: string;
  readonly zone?: string;
}

/** A record that should be there. */
export interface WantedRecord {
  readonly instanceId: string;
  readonly name: PublishedName;
  /** Without its health check, which is made for it. */
  readonly record: AddressRecord & { readonly setIdentifier: string };
}

/** A health check that one of our runs made. */
export interface OwnedCheck {
  readonly id: string;
  /** Caller reference. */
  readonly reference: string;
}

/** What tells a name apart from all others. */
export type NameKey = Pick<PublishedName, 'hostedZoneId' | 'recordName'>;

/** Records of one name as they are, ours only. */
export interface NameRecords<Name extends NameKey = PublishedName> {
  readonly name: Name;
  readonly records: readonly AddressRecord[];
}

/** A record to be created, in the place of one that tells something else. */
export interface Publication extends WantedRecord {
  readonly before?: AddressRecord;
  /** True when the health check of the one before can stay. */
  readonly keepsCheck: boolean;
}

/** One record for each name, instance and address family; an instance without an address in a family has none there. */
export function wantedRecords(
  { owner, families, names }: Pick<RecordsTopology, 'owner' | 'families' | 'names'>,
  instances: ReadonlyMap<string, HostAddresses>,
): WantedRecord[] {
  return names.flatMap((name) =>
    [...instances].flatMap(([instanceId, addresses]) =>
      families.flatMap((type) => {
        const value = addresses[type];
        if (value === undefined) return [];
        const setIdentifier = `${identifierPrefix(owner, instanceId)}${settingsOf(name.check)}`;
        return [{ instanceId, name, record: { name: name.recordName, type, ttl: name.ttl, values: [value], setIdentifier } }];
      }),
    ),
  );
}

/** Begins the identifiers of an instance's records. */
export function identifierPrefix(owner: string, instanceId: string): string {
  return `${owner}-${instanceId}-`;
}

export function isOwned({ setIdentifier }: AddressRecord, owner: string): boolean {
  return setIdentifier?.startsWith(`${owner}-`) ?? false;
}

/** True for two records that stand in one place. */
export function isTwin(one: AddressRecord, other: AddressRecord): boolean {
  return one.name === other.name && one.type === other.type && one.setIdentifier === other.setIdentifier;
}

/**
 * Records that have to be written.
 *
 * @param isUnknown whether a record is written once more if it is there, because nobody knows whether it is everywhere: a run that died
 * before left nothing that tells, and Route 53 tells of changes only
 * @param checkIds health checks that exist
 */
export function planPublications(
  current: readonly NameRecords[],
  wanted: readonly WantedRecord[],
  isUnknown: (wanted: WantedRecord) => boolean,
  checkIds: ReadonlySet<string>,
): Publication[] {
  return wanted.flatMap((each): Publication[] => {
    const before = recordsOf(current, each.name).find((record) => isTwin(record, each.record));
    if (before === undefined) return [{ ...each, keepsCheck: false }];
    const isSameAddress = before.values.join() === each.record.values.join();
    const isJudged = each.name.check === undefined || (before.healthCheckId !== undefined && checkIds.has(before.healthCheckId));
    if (isSameAddress && isJudged && before.ttl === each.record.ttl && !isUnknown(each)) return [];
    return [{ ...each, before, keepsCheck: isSameAddress && isJudged }];
  });
}

/** Without records of instances of which nobody knows enough: those that are there stay, and others are made only for a name without any. */
export function withoutDoubtful(
  current: readonly NameRecords[],
  wanted: readonly WantedRecord[],
  doubtful: ReadonlySet<string>,
): WantedRecord[] {
  return wanted.filter((each) => {
    const records = recordsOf(current, each.name).filter(({ type }) => type === each.record.type);
    return !doubtful.has(each.instanceId) || records.length === 0 || records.some((record) => isTwin(record, each.record));
  });
}

/** What decides which records go. */
export interface RemovalSight {
  /** Those of the name. */
  readonly wanted: readonly WantedRecord[];
  /** Whether a record that is wanted is there, or will be by the change that removes others. */
  readonly stands: (wanted: WantedRecord) => boolean;
  /** Families in which the fleet has addresses. */
  readonly families: readonly AddressFamily[];
  /** Begin the identifiers of instances that serve and of which EC2 said nothing: more likely its answer was old. */
  readonly unseen: readonly string[];
  /** Begin the identifiers of instances that are certain to serve nobody: they go whatever the share. */
  readonly gone: readonly string[];
  /** Largest share of a family's records that goes at once, from 0 to 1; it is one record at least. */
  readonly mostRemoved: number;
}

/**
 * Records that go because nobody wants them. Of each name and address family as many stay as a run must leave: there is always one, because
 * an answer without an address is worse than one that leads to a dead proxy, and no more than a share goes at once, because more likely a
 * look was wrong than half a fleet gone. One whose address another record tells as well goes in any case, and so does one of an instance that
 * is certain to serve nobody.
 * A family that the fleet has given up goes at once.
 */
export function planRemovals({ records }: NameRecords, sight: RemovalSight): AddressRecord[] {
  const { wanted, stands, families, unseen, gone, mostRemoved } = sight;
  return [...new Set(records.map(({ type }) => type))].flatMap((type) => {
    const family = records.filter((record) => record.type === type);
    if (!families.includes(type)) return family;
    const standing = wanted.filter((each) => each.record.type === type && stands(each));
    if (standing.length === 0) return [];
    const isOneOf = (prefixes: readonly string[], { setIdentifier = '' }: AddressRecord) =>
      prefixes.some((prefix) => setIdentifier.startsWith(prefix));
    const going = family.filter((record) => !isOneOf(unseen, record) && !wanted.some((each) => isTwin(each.record, record)));
    const isReplaced = ({ values }: AddressRecord) => standing.some(({ record }) => record.values.join() === values.join());
    const isSure = (record: AddressRecord) => isReplaced(record) || isOneOf(gone, record);
    const most = Math.max(1, Math.floor(family.length * mostRemoved));
    return [...going.filter(isSure), ...going.filter((record) => !isSure(record)).slice(0, most)];
  });
}

/**
 * Health checks of a name that no record of it uses, and that none will: one for a record that could not be written waits for the next try,
 * because an account may make a thousand a day only. Those of a name that is about to go stay with its records.
 *
 * Gotcha: only who alone may change the records knows that none of them is about to be used.
 *
 * @param lacking records that are wanted and not there
 */
export function orphans(
  checks: readonly OwnedCheck[],
  { name, records }: NameRecords<NameKey>,
  owner: string,
  lacking: readonly WantedRecord[] = [],
): string[] {
  const used = new Set(records.map(({ healthCheckId }) => healthCheckId));
  const prefix = referencePrefix(owner, name);
  return checks.flatMap(({ id, reference }) => {
    const isAwaited = lacking.some((each) => reference.startsWith(checkPrefix(owner, each)));
    return reference.startsWith(prefix) && !used.has(id) && !isAwaited ? [id] : [];
  });
}

/** A health check that was made for this very record, which could not be written then. */
export function spareCheck(
  checks: readonly OwnedCheck[],
  current: readonly NameRecords[],
  owner: string,
  wanted: WantedRecord,
): string | undefined {
  const used = new Set(recordsOf(current, wanted.name).map(({ healthCheckId }) => healthCheckId));
  return checks.find(({ id, reference }) => reference.startsWith(checkPrefix(owner, wanted)) && !used.has(id))?.id;
}

/**
 * Caller reference of a health check, 64 characters at most: never used before, because Route 53 refuses that of one which was deleted.
 *
 * @param now epoch milliseconds
 */
export function callerReference(owner: string, wanted: WantedRecord, now: number): string {
  return `${checkPrefix(owner, wanted)}${now.toString(36)}`;
}

/** Tells what a health check asks: the settings, and the address by a fingerprint. */
function checkPrefix(owner: string, { name, record }: WantedRecord): string {
  return `${referencePrefix(owner, name)}${hash(`${record.setIdentifier} ${record.type} ${record.values.join()}`).toString(36)}/`;
}

function referencePrefix(owner: string, { hostedZoneId, recordName }: NameKey): string {
  return `${owner}/${hash(`${hostedZoneId} ${recordName}`).toString(36)}/`;
}

function recordsOf(current: readonly NameRecords[], name: PublishedName): readonly AddressRecord[] {
  return current.find((each) => each.name === name)?.records ?? [];
}

function settingsOf(check?: NameCheck): string {
  if (check === undefined) return 'probed';
  const { Type, Port, ResourcePath, RequestInterval, FailureThreshold } = check;
  return hash([Type, Port, ResourcePath, RequestInterval, FailureThreshold].join(' ')).toString(36);
}
