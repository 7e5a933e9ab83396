import { create, record, refusal, testPlane, ZONE } from './planes';

const batch = (name: string) => ({ HostedZoneId: ZONE, ChangeBatch: { Comment: 'why', Changes: [create(record(name))] } });

function served({ plane }: ReturnType<typeof testPlane>): string[] {
  return plane
    .served(ZONE)
    .records.map(({ Name }) => Name)
    .filter((name) => name !== 'example.com.');
}

const statusOf = ({ plane }: ReturnType<typeof testPlane>, id: string) => plane.getChange({ Id: id }).ChangeInfo.Status;

test('S17: a change is PENDING, listed at once, and served only when it is INSYNC', () => {
  const test = testPlane({ propagation: { min: 30, max: 30 } });
  const { ChangeInfo } = test.plane.changeResourceRecordSets(batch('www.example.com'));

  test.clock.time = 29_999;
  const before = { served: served(test), status: statusOf(test, ChangeInfo.Id) };
  const { ResourceRecordSets } = test.plane.listResourceRecordSets({ HostedZoneId: ZONE, StartRecordName: 'www.example.com' });
  test.clock.time = 30_000;
  const after = { served: served(test), status: statusOf(test, ChangeInfo.Id) };

  expect(ChangeInfo).toEqual({
    Id: expect.stringMatching(/^\/change\/C[A-Z0-9]{20}$/),
    Status: 'PENDING',
    SubmittedAt: new Date(0),
    Comment: 'why',
  });
  expect(before).toEqual({ served: [], status: 'PENDING' });
  expect(ResourceRecordSets).toHaveLength(1);
  expect(after).toEqual({ served: ['www.example.com.'], status: 'INSYNC' });
});

test('S17: the delay is drawn evenly from 0 to 60 s by default', () => {
  const delays = Array.from({ length: 1_000 }, (_, index) => {
    const { plane, clock } = testPlane({ random: () => index / 1_000 });
    const { ChangeInfo } = plane.changeResourceRecordSets(batch('www.example.com'));
    clock.time = 30_000;
    return plane.getChange({ Id: ChangeInfo.Id }).ChangeInfo.Status;
  });

  expect(delays.filter((status) => status === 'INSYNC')).toHaveLength(501);
});

test('S17: a later change of a zone is not served before an earlier one', () => {
  // A change draws the time that it is worked at, then its delay: 0.1 s and 54 s. All other draws are 0.
  const draws = [0, 0.9];
  const test = testPlane({ random: () => draws.shift() ?? 0 });
  const first = test.plane.changeResourceRecordSets(batch('first.example.com')).ChangeInfo.Id;
  test.clock.time = 1_000;
  test.plane.changeResourceRecordSets(batch('second.example.com'));

  test.clock.time = 53_999;
  const before = served(test);
  test.clock.time = 54_000;

  expect(before).toEqual([]);
  expect(served(test)).toEqual(['first.example.com.', 'second.example.com.']);
  expect(test.plane.getChange({ Id: first }).ChangeInfo.Status).toBe('INSYNC');
});

test('S17: an id is found with and without its prefix, and an unknown one is refused', () => {
  const { plane } = testPlane();
  const { Id } = plane.changeResourceRecordSets(batch('www.example.com')).ChangeInfo;

  expect(plane.getChange({ Id: Id.replace('/change/', '') }).ChangeInfo.Id).toBe(Id);
  expect(plane.listResourceRecordSets({ HostedZoneId: `/hostedzone/${ZONE}` }).ResourceRecordSets).toHaveLength(3);
  expect(refusal(() => plane.getChange({ Id: '/change/C0' }))).toMatchObject({ name: 'NoSuchChange', statusCode: 404 });
});

test('S20: a refused batch is never served and makes no change', () => {
  const test = testPlane();

  refusal(() => test.change(create(record('www.example.org'))));

  test.clock.time += 60_000;
  expect(served(test)).toEqual([]);
});
