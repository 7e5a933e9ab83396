import { create, record, refusal, testPlane, ZONE } from './planes';

type Plane = ReturnType<typeof testPlane>;

const list = ({ plane }: Plane) => plane.listResourceRecordSets({ HostedZoneId: ZONE, MaxItems: 1 });
const makeCheck = ({ plane }: Plane, reference: string) =>
  plane.createHealthCheck({ CallerReference: reference, HealthCheckConfig: { Type: 'HTTP', IPAddress: '198.51.100.1' } });

/** How many calls in a row are admitted. */
function admitted(call: () => unknown): number {
  for (let count = 0; count < 1_000; count += 1) {
    try {
      call();
    } catch {
      return count;
    }
  }
  return 1_000;
}

test('S19: 50 requests are admitted at once, then 10 a second', () => {
  const test = testPlane();

  const burst = admitted(() => list(test));
  const error = refusal(() => list(test));
  test.clock.time += 1_000;
  const second = admitted(() => list(test));
  test.clock.time += 3_600_000;
  const full = admitted(() => list(test));

  expect([burst, second, full]).toEqual([50, 10, 50]);
  expect(error).toMatchObject({ name: 'Throttling', statusCode: 400, message: 'Rate exceeded' });
});

test('S19: all operations share the limit of the account', () => {
  const test = testPlane();

  const lists = admitted(() => list(test));
  const others = admitted(() => test.plane.getHealthCheck({ HealthCheckId: 'any' }));

  expect([lists, others]).toEqual([50, 0]);
  expect(refusal(() => test.plane.getHealthCheck({ HealthCheckId: 'any' })).name).toBe('Throttling');
});

test('S19: of health checks one every 2 s can be created after the burst, and 3 a second deleted', () => {
  const test = testPlane();
  let count = 0;
  const creates = () => admitted(() => makeCheck(test, `check-${count++}`));

  const burst = creates();
  test.clock.time += 10_000;
  const next = creates();
  test.clock.time += 10_000;
  const ids = test.plane.listHealthChecks().HealthChecks.map(({ Id }) => Id);
  const deletes = () => admitted(() => test.plane.deleteHealthCheck({ HealthCheckId: ids.pop() ?? '' }));
  const deleted = deletes();
  test.clock.time += 1_000;

  expect([burst, next, deleted, deletes()]).toEqual([50, 5, 15, 3]);
});

test('S19: while Route 53 works at a change, the zone takes no other one, and other zones do', () => {
  const zones = ['Z1', 'Z2'].map((id) => ({ id, name: 'example.com', nameServers: ['ns-1.awsdns.test'] }));
  const { plane, clock } = testPlane({ zones, work: { min: 2, max: 2 } });
  const change = (zone: string, name: string) =>
    plane.changeResourceRecordSets({ HostedZoneId: zone, ChangeBatch: { Changes: [create(record(name))] } });
  change('Z1', 'first.example.com');

  clock.time = 1_999;
  const error = refusal(() => change('Z1', 'second.example.com'));
  change('Z2', 'first.example.com');
  clock.time = 2_000;
  change('Z1', 'second.example.com');

  expect(error).toMatchObject({
    name: 'PriorRequestNotComplete',
    statusCode: 400,
    message: 'The request was rejected because Route 53 was still processing a prior request.',
  });
});

test('an unknown zone is refused', () => {
  const { plane } = testPlane();

  expect(refusal(() => plane.listResourceRecordSets({ HostedZoneId: 'Z9' }))).toMatchObject({
    name: 'NoSuchHostedZone',
    statusCode: 404,
    message: 'No hosted zone found with ID: Z9',
  });
});
