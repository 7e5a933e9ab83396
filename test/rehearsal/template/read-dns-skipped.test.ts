import { a, aliasTo, CHECKED, check, read, withRecords } from './dns-template';

describe('what is not played is named', () => {
  test.each([
    ['latency', { Region: 'us-east-1' }],
    ['geolocation', { GeoLocation: { CountryCode: '*' } }],
    ['geoproximity', { GeoProximityLocation: { AWSRegion: 'us-east-1' } }],
    ['cidr', { CidrRoutingConfig: { CollectionId: 'c', LocationName: '*' } }],
  ])('the policy %s, and the aliases that lead to it', (policy, given) => {
    const { zones, skipped } = read(
      withRecords(
        [
          a({ Name: 'geo.example.com', SetIdentifier: 'x', ...given }),
          aliasTo('geo.example.com', { Name: 'one.example.com' }),
          aliasTo('one.example.com', { Name: 'two.example.com' }),
          a({ Name: 'plain.example.com', ...CHECKED }),
        ],
        { Check: check() },
      ),
    );

    expect(zones[0]?.records.map(({ name }) => name)).toEqual(['plain.example.com']);
    expect(skipped).toEqual([
      `record R1 has the policy '${policy}' and is not rehearsed`,
      'record R2 leads to geo.example.com and is not rehearsed either',
      'record R3 leads to one.example.com and is not rehearsed either',
    ]);
  });

  test.each(['HTTPS', 'SVCB', 'SOA'])('the type %s', (Type) => {
    expect(read(withRecords([a({ Type })]))).toMatchObject({
      zones: [],
      skipped: [`record R1 is of type ${Type} and is not rehearsed`],
    });
  });

  test('a health check that is not there, and an address that has none', () => {
    const { skipped } = read(
      withRecords([
        a({ Name: 'a.example.com', HealthCheckId: '0f2b5e1c-0000-4000-8000-00000000abcd' }),
        a({ Name: 'b.example.com' }),
        a({ Name: 'c.example.com', Type: 'TXT' }, '"text"'),
        a({ Failover: 'SECONDARY', SetIdentifier: '2' }),
      ]),
    );

    expect(skipped).toEqual([
      'record R1 is judged by 0f2b5e1c-0000-4000-8000-00000000abcd, which is in no template here: it is healthy',
      'record R2 has no health check, so nothing takes its address out of the answers, and its clients are not judged',
    ]);
  });
});
