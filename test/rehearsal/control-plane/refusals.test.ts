import type { RRType } from '../../../rehearsal/control-plane/api';
import { alias, create, record, refusal, remove, testPlane, upsert } from './planes';

const one = { SetIdentifier: 'one' };
const two = { SetIdentifier: 'two' };
const www = (more: object, value = '198.51.100.1') => record('www.example.com', value, more);

describe('S22: one name and type has one policy', () => {
  test.each([
    [
      'multivalue',
      { ...two, MultiValueAnswer: true },
      'RRSet with DNS name www.example.com., type A, SetIdentifier "two" cannot be created because a non multivalue answer rrset ' +
        'exists with the same name and type.',
    ],
    [
      'weighted',
      { ...two, Weight: 1 },
      'RRSet with DNS name www.example.com., type A, SetIdentifier two cannot be created as a non-weighted set exists with the same ' +
        'name and type.',
    ],
    [
      'failover',
      { ...two, Failover: 'SECONDARY' },
      'RRSet with DNS name www.example.com., type A, SetIdentifier two cannot be created as a non-failover set exists with the same ' +
        'name and type.',
    ],
  ])('a %s record set is refused next to a simple one', (_, policy, text) => {
    const { change } = testPlane();
    change(create(www({})));

    expect(refusal(() => change(create(www(policy)))).messages).toEqual([text]);
  });

  test('a simple record set is refused next to any other', () => {
    const { change } = testPlane();
    change(create(www({ ...one, MultiValueAnswer: true })));

    expect(refusal(() => change(create(www({})))).messages).toEqual([
      'RRSet with DNS name www.example.com., type A cannot be created as other RRSets exist with the same name and type.',
    ]);
  });

  test('one batch may give a name another policy', () => {
    const { change, held } = testPlane();
    change(create(www({})));

    change(remove(www({})), create(www({ ...one, MultiValueAnswer: true })));

    expect(held()).toEqual(['www.example.com. A one']);
  });

  test('another type of the same name has a policy of its own', () => {
    const { change, held } = testPlane();

    change(create(www({})), create(record('www.example.com', '2001:db8::1', { Type: 'AAAA', ...one, Weight: 1 })));

    expect(held()).toHaveLength(2);
  });
});

describe('S22: failover', () => {
  test('a primary that is no alias needs a health check', () => {
    const { change } = testPlane();

    expect(refusal(() => change(create(www({ ...one, Failover: 'PRIMARY' })))).messages).toEqual([
      'A non-alias primary ResourceRecordSet must have an associated health check. No changes made.',
    ]);
  });

  test('an alias may be primary without one, and a secondary needs none', () => {
    const { change, held } = testPlane();
    change(create(record('fleet.example.com')));

    change(
      create(alias('www.example.com', 'fleet.example.com', { ...one, Failover: 'PRIMARY' })),
      create(www({ ...two, Failover: 'SECONDARY' })),
    );

    expect(held()).toHaveLength(3);
  });

  test('a name and type has one primary and one secondary', () => {
    const { change } = testPlane();
    change(create(www({ ...one, Failover: 'SECONDARY' })));

    const { messages } = refusal(() => change(create(www({ ...two, Failover: 'SECONDARY' }))));

    expect(messages).toEqual([expect.stringMatching(/SetIdentifier two, and Failover SECONDARY cannot be created/)]);
  });

  test('one batch may swap both roles', () => {
    const { change, held } = testPlane();
    change(create(record('a.example.com')), create(record('b.example.com')));
    const roles = (primary: string, secondary: string) => [
      upsert(alias('www.example.com', 'a.example.com', { SetIdentifier: primary, Failover: 'PRIMARY' })),
      upsert(alias('www.example.com', 'b.example.com', { SetIdentifier: secondary, Failover: 'SECONDARY' })),
    ];
    change(...roles('one', 'two'));

    change(...roles('two', 'one'));

    expect(held()).toHaveLength(4);
  });
});

describe('S22: weighted and large groups', () => {
  test('a weighted group has one TTL, which one batch may change for all', () => {
    const { change, held } = testPlane();
    const both = (ttl: number) => [upsert(www({ ...one, Weight: 1, TTL: ttl })), upsert(www({ ...two, Weight: 1, TTL: ttl }))];
    change(...both(60));

    const { messages } = refusal(() => change(upsert(www({ ...two, Weight: 1, TTL: 30 }))));
    change(...both(30));

    expect(messages).toEqual([
      'RRSet with DNS name www.example.com., type A, SetIdentifier two cannot be created as weighted sets must contain the same TTL.',
    ]);
    expect(held()).toHaveLength(2);
  });

  test('a weighted record set has one value', () => {
    const { change } = testPlane();

    const { messages } = refusal(() =>
      change(create(record('www.example.com', ['198.51.100.1', '198.51.100.2'], { ...one, Weight: 1 }))),
    );

    expect(messages).toEqual([expect.stringContaining('weighted sets must contain one ResourceRecord')]);
  });

  test('100 record sets share a name and type, one more is refused', () => {
    const { change } = testPlane();
    const slot = (index: number) =>
      create(www({ SetIdentifier: `slot-${index}`, MultiValueAnswer: true }, `198.51.100.${index}`));
    change(...Array.from({ length: 100 }, (_, index) => slot(index)));

    const { messages } = refusal(() => change(slot(100)));

    expect(messages).toEqual([expect.stringContaining('exceed the limit of 100')]);
  });
});

describe('S22: CNAME and the apex', () => {
  const cname = (name: string) => record(name, 'elsewhere.example.org', { Type: 'CNAME' });

  test('a CNAME is refused where the name has other records', () => {
    const { change } = testPlane();
    change(create(record('www.example.com')));

    expect(refusal(() => change(create(cname('www.example.com')))).messages).toEqual([
      'RRSet of type CNAME with DNS name www.example.com. is not permitted as it conflicts with other records with the same DNS name ' +
        'in zone example.com.',
    ]);
  });

  test('any other record is refused where the name has a CNAME', () => {
    const { change } = testPlane();
    change(create(cname('www.example.com')));

    expect(refusal(() => change(create(record('www.example.com')))).messages).toEqual([
      'RRSet of type A with DNS name www.example.com. is not permitted because a conflicting RRSet of type CNAME with the same DNS ' +
        'name already exists in zone example.com.',
    ]);
  });

  test('one batch may turn a CNAME into an alias', () => {
    const { change, held } = testPlane();
    change(create(cname('www.example.com')), create(record('fleet.example.com')));

    change(remove(cname('www.example.com')), create(alias('www.example.com', 'fleet.example.com')));

    expect(held()).toEqual(['fleet.example.com. A', 'www.example.com. A']);
  });

  test('a CNAME at the apex is refused', () => {
    expect(refusal(() => testPlane().change(create(cname('example.com')))).messages).toEqual([
      'RRSet of type CNAME with DNS name example.com. is not permitted at apex in zone example.com.',
    ]);
  });

  test.each<[RRType, string]>([
    ['NS', 'A HostedZone must contain at least one NS record for the zone itself.'],
    ['SOA', 'A HostedZone must contain exactly one SOA record.'],
  ])('the %s of the apex cannot be deleted', (type, text) => {
    const { change, plane } = testPlane();
    const { ResourceRecordSets } = plane.listResourceRecordSets({ HostedZoneId: 'Z1EXAMPLE' });
    const own = ResourceRecordSets.filter(({ Type }) => Type === type);

    expect(refusal(() => change(...own.map(remove))).messages).toEqual([text]);
  });

  test('names outside the zone are refused', () => {
    const outside = ['www.example.org', 'notexample.com', 'com'];

    for (const name of outside) {
      expect(refusal(() => testPlane().change(create(record(name)))).messages).toEqual([
        `RRSet with DNS name ${name}. is not permitted in zone example.com.`,
      ]);
    }
  });
});
