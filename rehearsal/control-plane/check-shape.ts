/**
 * What Route 53 refuses before it looks at the zone: a change whose fields do not go together. The first such change fails the whole
 * request with `InvalidInput`; other than an invalid batch, this lists nothing.
 */
import type { Change, ResourceRecordSet, RRType } from './api';
import { ASSUMED } from './assumed-texts';
import { fqdn } from './names';
import { Route53Error } from './route53-error';
import { SEEN } from './seen-texts';

const ACTIONS = ['CREATE', 'DELETE', 'UPSERT'];
const ROLES = ['PRIMARY', 'SECONDARY'];
const TYPES: readonly RRType[] = [
  ...([
    'SOA',
    'A',
    'TXT',
    'NS',
    'CNAME',
    'MX',
    'NAPTR',
    'PTR',
    'SRV',
    'SPF',
    'AAAA',
    'CAA',
    'DS',
    'TLSA',
    'SSHFP',
    'SVCB',
  ] as const),
  'HTTPS',
];
const PLAYED: readonly (keyof ResourceRecordSet)[] = [
  ...(['Name', 'Type', 'SetIdentifier', 'Weight', 'Failover', 'MultiValueAnswer', 'TTL', 'ResourceRecords'] as const),
  ...(['AliasTarget', 'HealthCheckId'] as const),
];

const MAX_TTL = 2_147_483_647;
const MAX_VALUE_LENGTH = 4_000;
const MAX_IDENTIFIER_LENGTH = 128;
const MAX_WEIGHT = 255;

/** The changes as Route 53 keeps them, names fully qualified. Throws `InvalidInput`. */
export function checkShape(changes: readonly Change[]): Change[] {
  if (changes.length === 0) refuse(ASSUMED.constraint('changeBatch.changes', '', 'have length greater than or equal to 1'));
  return changes.map((change, index) => {
    checkFields(change, `changeBatch.changes.${index + 1}.member`);
    const normal = normalised(change);
    checkContent(normal);
    checkPolicy(normal);
    return normal;
  });
}

function checkFields({ Action, ResourceRecordSet: set }: Change, at: string): void {
  const isWhole = (number: number, from: number, to: number) => Number.isInteger(number) && number >= from && number <= to;
  const must = (holds: boolean, field: string, value: unknown, rule: string) => {
    if (!holds) refuse(ASSUMED.constraint(`${at}.${field}`, value, rule));
  };
  must(ACTIONS.includes(Action), 'action', Action, `satisfy enum value set: [${ACTIONS.join(', ')}]`);
  const unknown = Object.entries(set).find(([field, value]) => value !== undefined && !PLAYED.some((one) => one === field));
  if (unknown) refuse(ASSUMED.notPlayed(unknown[0]));

  const { Name, Type, SetIdentifier, Weight, Failover, TTL, ResourceRecords, AliasTarget } = set;
  must(typeof Name === 'string', 'resourceRecordSet.name', Name, 'not be null');
  must(TYPES.includes(Type), 'resourceRecordSet.type', Type, `satisfy enum value set: [${TYPES.join(', ')}]`);
  if (SetIdentifier !== undefined) {
    const fits = isWhole(SetIdentifier.length, 1, MAX_IDENTIFIER_LENGTH);
    must(fits, 'resourceRecordSet.setIdentifier', SetIdentifier, `have length between 1 and ${MAX_IDENTIFIER_LENGTH}`);
  }
  if (Weight !== undefined) {
    must(isWhole(Weight, 0, MAX_WEIGHT), 'resourceRecordSet.weight', Weight, `have value between 0 and ${MAX_WEIGHT}`);
  }
  if (Failover !== undefined) {
    must(ROLES.includes(Failover), 'resourceRecordSet.failover', Failover, `satisfy enum value set: [${ROLES.join(', ')}]`);
  }
  if (TTL !== undefined) must(isWhole(TTL, 0, MAX_TTL), 'resourceRecordSet.tTL', TTL, `have value between 0 and ${MAX_TTL}`);
  if (AliasTarget !== undefined) {
    const { HostedZoneId, DNSName, EvaluateTargetHealth } = AliasTarget;
    must(typeof HostedZoneId === 'string', 'resourceRecordSet.aliasTarget.hostedZoneId', HostedZoneId, 'not be null');
    must(typeof DNSName === 'string', 'resourceRecordSet.aliasTarget.dNSName', DNSName, 'not be null');
    const evaluates = typeof EvaluateTargetHealth === 'boolean';
    must(evaluates, 'resourceRecordSet.aliasTarget.evaluateTargetHealth', EvaluateTargetHealth, 'not be null');
  }
  for (const { Value } of ResourceRecords ?? []) {
    const fits = Value.length <= MAX_VALUE_LENGTH;
    must(fits, 'resourceRecordSet.resourceRecords', `${Value.slice(0, 20)}...`, `have length of ${MAX_VALUE_LENGTH} at most`);
  }
}

function normalised({ Action, ResourceRecordSet: set }: Change): Change {
  const { AliasTarget: alias, ResourceRecords: records } = set;
  return {
    Action,
    ResourceRecordSet: {
      ...set,
      Name: fqdn(set.Name),
      ...(records && { ResourceRecords: records.map(({ Value }) => ({ Value })) }),
      ...(alias && {
        AliasTarget: { ...alias, HostedZoneId: alias.HostedZoneId.split('/').at(-1) ?? '', DNSName: fqdn(alias.DNSName) },
      }),
    },
  };
}

/** Either an alias, which has neither TTL nor values, or both a TTL and values. */
function checkContent(change: Change): void {
  const { AliasTarget, TTL, ResourceRecords = [] } = change.ResourceRecordSet;
  const own = TTL !== undefined && ResourceRecords.length > 0;
  if (AliasTarget === undefined && !own) refuse(SEEN.content('none', change));
  if (AliasTarget !== undefined && (TTL !== undefined || ResourceRecords.length > 0))
    refuse(SEEN.content('more than one', change));
}

function checkPolicy(change: Change): void {
  const { SetIdentifier, Weight, Failover, MultiValueAnswer } = change.ResourceRecordSet;
  const policies = [Weight !== undefined, Failover !== undefined, MultiValueAnswer === true].filter(Boolean).length;
  if (policies > 1) refuse(SEEN.policy('more than one', change));
  if (policies === 1 && SetIdentifier === undefined) refuse(SEEN.noIdentifier(change));
  if (policies === 0 && SetIdentifier !== undefined) refuse(SEEN.policy('none', change));
}

function refuse(message: string): never {
  throw new Route53Error('InvalidInput', message);
}
