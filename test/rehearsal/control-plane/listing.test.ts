import type { ListResourceRecordSetsInput } from '../../../rehearsal/control-plane/api';
import { create, record, refusal, testPlane, ZONE } from './planes';

function filled() {
  const test = testPlane();
  const slot = (id: string) => record('www.example.com', '198.51.100.1', { SetIdentifier: id, MultiValueAnswer: true });
  test.change(
    create(record('www.example.com', '2001:db8::1', { Type: 'AAAA' })),
    create(slot('b')),
    create(slot('a')),
    create(record('a.www.example.com')),
    create(record('b.example.com')),
    create(record('b-1.example.com')),
    create(record('*.example.com')),
  );
  test.clock.time += 60_000;
  const list = (input: Omit<ListResourceRecordSetsInput, 'HostedZoneId'> = {}) =>
    test.plane.listResourceRecordSets({ HostedZoneId: ZONE, ...input });
  const names = (input?: Omit<ListResourceRecordSetsInput, 'HostedZoneId'>) =>
    list(input).ResourceRecordSets.map(({ Name, Type, SetIdentifier = '' }) => `${Name} ${Type} ${SetIdentifier}`.trim());
  return { list, names };
}

const ALL = [
  'example.com. NS',
  'example.com. SOA',
  '\\052.example.com. A',
  'b-1.example.com. A',
  'b.example.com. A',
  'www.example.com. A a',
  'www.example.com. A b',
  'www.example.com. AAAA',
  'a.www.example.com. A',
];

test('record sets are listed by name with its labels reversed, by type, and by set identifier', () => {
  expect(filled().names()).toEqual(ALL);
});

test('a list starts at a name, at a type of a name, and at a set identifier', () => {
  const { names } = filled();

  expect(names({ StartRecordName: 'www.example.com' })).toEqual(ALL.slice(5));
  expect(names({ StartRecordName: 'bb.example.com' })).toEqual(ALL.slice(5));
  expect(names({ StartRecordName: 'www.example.com', StartRecordType: 'AAAA' })).toEqual(ALL.slice(7));
  expect(names({ StartRecordName: 'www.example.com', StartRecordType: 'A', StartRecordIdentifier: 'b' })).toEqual(ALL.slice(6));
});

test('pages of every size follow each other without a gap', () => {
  for (const size of [1, 2, 4]) {
    const { list } = filled();
    const listed: string[] = [];
    let next: Omit<ListResourceRecordSetsInput, 'HostedZoneId'> | undefined = {};
    while (next) {
      const page: ReturnType<typeof list> = list({ ...next, MaxItems: size });
      listed.push(
        ...page.ResourceRecordSets.map(({ Name, Type, SetIdentifier = '' }) => `${Name} ${Type} ${SetIdentifier}`.trim()),
      );
      next = page.IsTruncated
        ? {
            StartRecordName: page.NextRecordName,
            StartRecordType: page.NextRecordType,
            StartRecordIdentifier: page.NextRecordIdentifier,
          }
        : undefined;
    }

    expect(listed).toEqual(ALL);
  }
});

test('a page holds 300 record sets, however many are asked for', () => {
  const { change, plane, clock } = testPlane();
  change(...Array.from({ length: 400 }, (_, index) => create(record(`host-${index}.example.com`))));
  clock.time += 60_000;

  const page = plane.listResourceRecordSets({ HostedZoneId: ZONE, MaxItems: 1_000 });

  expect(page.ResourceRecordSets).toHaveLength(300);
  expect(page).toMatchObject({ IsTruncated: true, MaxItems: 1_000 });
});

test('a type without a name, and a page of nothing, are refused', () => {
  const { list } = filled();

  expect(refusal(() => list({ StartRecordType: 'A' })).name).toBe('InvalidInput');
  expect(refusal(() => list({ MaxItems: 0 })).name).toBe('InvalidInput');
});

test('what was listed can be deleted, and changing it changes nothing', () => {
  const { list } = filled();

  const [first] = list({ StartRecordName: 'www.example.com' }).ResourceRecordSets;
  if (first) first.TTL = 1;

  expect(list({ StartRecordName: 'www.example.com' }).ResourceRecordSets[0]?.TTL).toBe(60);
});
