import type { Change, ResourceRecordSet } from '../../../rehearsal/control-plane/api';
import { create, record, refusal, remove, testPlane } from './planes';

const www = (more: object) => record('www.example.com', '198.51.100.1', more);
const inputOf = (...changes: Change[]) => {
  const error = refusal(() => testPlane().change(...changes));
  expect(error.name).toBe('InvalidInput');
  expect(error.statusCode).toBe(400);
  return error.message;
};
const place = '[Action=CREATE, Name=www.example.com., Type=A, SetIdentifier=null]';
const named = '[Action=DELETE, Name=www.example.com., Type=A, SetIdentifier=one]';

test('S20: a record set has a TTL and values, or is an alias', () => {
  const text =
    'Invalid request: Expected exactly one of [AliasTarget, all of [TTL, and ResourceRecords], or TrafficPolicyInstanceId], but found ' +
    `none in Change with ${place}`;

  expect(inputOf(create(www({ TTL: undefined })))).toBe(text);
  expect(inputOf(create(www({ ResourceRecords: [] })))).toBe(text);
  expect(inputOf(create(www({ TTL: undefined, ResourceRecords: undefined })))).toBe(text);
});

test('S22: every policy but simple has a set identifier, and simple has none', () => {
  const start = 'Invalid request: Expected exactly one of [Weight, Region, Failover, GeoLocation, or MultiValueAnswer]';

  expect(inputOf(create(www({ Weight: 1 })))).toBe(`Invalid request: Missing field 'SetIdentifier' in Change with ${place}`);
  expect(inputOf(remove(www({ SetIdentifier: 'one' })))).toBe(`${start}, but found none in Change with ${named}`);
  expect(inputOf(remove(www({ SetIdentifier: 'one', Weight: 1, MultiValueAnswer: true })))).toBe(
    `${start}, but found more than one in Change with ${named}`,
  );
});

test.each([
  ['a set identifier of no character', { SetIdentifier: '', Weight: 1 }, /setIdentifier.*between 1 and 128/],
  ['a set identifier of 129 characters', { SetIdentifier: 'x'.repeat(129), Weight: 1 }, /setIdentifier.*between 1 and 128/],
  ['a weight of 256', { SetIdentifier: 'one', Weight: 256 }, /weight.*between 0 and 255/],
  ['a weight of -1', { SetIdentifier: 'one', Weight: -1 }, /weight.*between 0 and 255/],
  ['a broken weight', { SetIdentifier: 'one', Weight: 1.5 }, /weight.*between 0 and 255/],
  ['a TTL below 0', { TTL: -1 }, /tTL.*between 0 and 2147483647/],
  ['a value of 4001 characters', { ResourceRecords: [{ Value: 'x'.repeat(4_001) }] }, /length of 4000 at most/],
  ['an unknown type', { Type: 'WKS' }, /type.*enum value set: \[SOA, A, TXT/],
  ['an unknown role', { SetIdentifier: 'one', Failover: 'TERTIARY' }, /failover.*\[PRIMARY, SECONDARY\]/],
  ['a policy that is not played', { SetIdentifier: 'one', Region: 'us-east-1' }, /Region is not simulated/],
])('S20: %s is refused', (_, more, text) => {
  expect(inputOf(create(www(more)))).toMatch(text);
});

test('S22: the ends of both ranges are accepted', () => {
  const { change, held } = testPlane();

  change(
    create(www({ SetIdentifier: 'x'.repeat(128), Weight: 255, TTL: 0 })),
    create(www({ SetIdentifier: 'x', Weight: 0, TTL: 0 })),
  );

  expect(held()).toHaveLength(2);
});

test('S20: an empty batch, an unknown action and a broken alias are refused', () => {
  const unknown = { Action: 'REPLACE', ResourceRecordSet: www({}) } as unknown as Change;
  const broken = { Name: 'www.example.com', Type: 'A', AliasTarget: { DNSName: 'example.com' } } as unknown as ResourceRecordSet;

  expect(inputOf()).toMatch(/length greater than or equal to 1/);
  expect(inputOf(unknown)).toMatch(/\[CREATE, DELETE, UPSERT\]/);
  expect(inputOf(create(broken))).toMatch(/hostedZoneId.*not be null/);
});
