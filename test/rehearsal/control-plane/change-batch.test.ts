import type { Change } from '../../../rehearsal/control-plane/api';
import { create, record, refusal, remove, testPlane, upsert, ZONE } from './planes';

const many = (count: number, value: (index: number) => string = (index) => `198.51.${Math.floor(index / 250)}.${index % 250}`) =>
  Array.from({ length: count }, (_, index) => record(`host-${index}.example.com`, value(index)));

describe('S20: a batch is applied whole or not at all', () => {
  test('a batch with one wrong change changes nothing', () => {
    const { change, held } = testPlane();
    change(create(record('old.example.com')));

    const error = refusal(() =>
      change(create(record('new.example.com')), remove(record('old.example.com')), create(record('www.example.org'))),
    );

    expect(error.name).toBe('InvalidChangeBatch');
    expect(error.statusCode).toBe(400);
    expect(held()).toEqual(['old.example.com. A']);
  });

  test('every problem is listed, not the first alone', () => {
    const { change } = testPlane();
    change(create(record('www.example.com')));

    const error = refusal(() => change(create(record('www.example.com')), remove(record('gone.example.com'))));

    expect(error.messages).toEqual([
      "Tried to create resource record set [name='www.example.com.', type='A'] but it already exists",
      "Tried to delete resource record set [name='gone.example.com.', type='A'] but it was not found",
    ]);
    expect(error.message).toBe(`[${error.messages.join(', ')}]`);
  });

  test('the changes of a batch see each other: a record set can be deleted and created anew', () => {
    const { change, plane } = testPlane();
    change(create(record('www.example.com', '198.51.100.1')));

    change(remove(record('www.example.com', '198.51.100.1')), create(record('www.example.com', '198.51.100.2')));

    const { ResourceRecordSets } = plane.listResourceRecordSets({ HostedZoneId: ZONE, StartRecordName: 'www.example.com' });
    expect(ResourceRecordSets[0]?.ResourceRecords).toEqual([{ Value: '198.51.100.2' }]);
  });

  test.each<[string, (set: ReturnType<typeof record>) => Change[]]>([
    ['created twice', (set) => [create(set), create(set)]],
    ['deleted twice', (set) => [remove(set), remove(set)]],
    ['upserted twice', (set) => [upsert(set), upsert(set)]],
    ['created and deleted', (set) => [create(set), remove(set)]],
  ])('one record set cannot be %s', (_, changes) => {
    const { change } = testPlane();

    const { messages } = refusal(() => change(...changes(record('www.example.com'))));

    expect(messages).toContain("The request contains an invalid set of changes for a resource record set 'A www.example.com.'");
  });
});

describe('S20: sizes of a batch', () => {
  test('1000 values are accepted, one more is not', () => {
    const { change } = testPlane();

    change(...many(1_000).map(create));
    const error = refusal(() => testPlane().change(...many(1_001).map(create)));

    expect(error.messages).toEqual(['Number of records limit of 1000 exceeded.']);
  });

  test('an UPSERT counts twice', () => {
    const { change } = testPlane();

    change(...many(500).map(upsert));
    const error = refusal(() => change(...many(501).map(upsert)));

    expect(error.messages).toEqual(['Number of records limit of 1000 exceeded.']);
  });

  test('32000 characters of values are accepted, one more is not, and an UPSERT counts twice here too', () => {
    // Strings of 100 characters with what separates them, and one that fills up.
    const strings = (length: number) => `"${'x'.repeat(97)}" `.repeat(Math.ceil(length / 100) - 1);
    const value = (length: number) => `${strings(length)}"${'x'.repeat(length - strings(length).length - 2)}"`;
    const text = (length: number) => ({ ...record('t.example.com', value(length)), Type: 'TXT' as const });
    const texts = (count: number) =>
      Array.from({ length: count }, (_, index) => ({ ...text(4_000), Name: `t${index}.example.com` }));
    const tooLong = ['RDATA character limit of 32000 exceeded.'];

    testPlane().change(...texts(8).map(create));
    testPlane().change(...texts(4).map(upsert));

    expect(refusal(() => testPlane().change(...[...texts(8), text(3)].map(create))).messages).toEqual(tooLong);
    expect(refusal(() => testPlane().change(...[...texts(4), text(3)].map(upsert))).messages).toEqual(tooLong);
  });

  test('a zone holds 10000 record sets, its own NS and SOA among them', () => {
    const records = many(9_998, () => '198.51.100.1');
    const zones = [{ id: ZONE, name: 'example.com', nameServers: ['ns-1.awsdns.test'], records: records.slice(1) }];
    const { change } = testPlane({ zones });

    change(create(record('host-0.example.com')));
    const error = refusal(() => change(create(record('one-more.example.com'))));

    expect(error.messages).toEqual([`Exceeded limit MAX_RRSETS_BY_ZONE for zone: ${ZONE}`]);
  });
});

describe('S20: a DELETE repeats the record set exactly', () => {
  const existing = record('www.example.com', ['198.51.100.1', '198.51.100.2']);

  test('values may come in another order, the name in capitals and without its dot', () => {
    const { change, held } = testPlane();
    change(create(existing));

    change(remove(record('WWW.example.com.', ['198.51.100.2', '198.51.100.1'])));

    expect(held()).toEqual([]);
  });

  test.each([
    ['value', record('www.example.com', ['198.51.100.1'])],
    ['TTL', record('www.example.com', ['198.51.100.1', '198.51.100.2'], { TTL: 61 })],
    ['health check', record('www.example.com', ['198.51.100.1', '198.51.100.2'], { HealthCheckId: 'other' })],
  ])('another %s is refused', (_, set) => {
    const { change, held } = testPlane();
    change(create(existing));

    const error = refusal(() => change(remove(set)));

    expect(error.messages).toEqual([
      "Tried to delete resource record set [name='www.example.com.', type='A'] but the values provided do not match the current values",
    ]);
    expect(held()).toEqual(['www.example.com. A']);
  });

  test('another policy field is refused, and the text names the set identifier', () => {
    const { change } = testPlane();
    change(create(record('www.example.com', '198.51.100.1', { SetIdentifier: 'one', Weight: 1 })));

    const { messages } = refusal(() =>
      change(remove(record('www.example.com', '198.51.100.1', { SetIdentifier: 'one', Weight: 2 }))),
    );

    expect(messages).toEqual([
      "Tried to delete resource record set [name='www.example.com.', type='A', set-identifier='one'] but the values provided do not " +
        'match the current values',
    ]);
  });
});
