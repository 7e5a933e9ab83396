import type { HealthCheckConfig } from '../../../rehearsal/control-plane/api';
import { create, record, refusal, remove, testPlane, upsert } from './planes';

const HTTP: HealthCheckConfig = { Type: 'HTTP', IPAddress: '198.51.100.1', ResourcePath: '/healthz' };

/** Creates checks, each 100 s after the one before, so that no rate limit is met. */
function checks() {
  const test = testPlane();
  let count = 0;
  const make = (config: HealthCheckConfig = HTTP, reference = `ref-${count++}`) => {
    test.clock.time += 100_000;
    return test.plane.createHealthCheck({ CallerReference: reference, HealthCheckConfig: config });
  };
  return { ...test, make };
}

describe('S25: caller references', () => {
  test('a check is made with the defaults of Route 53', () => {
    const { HealthCheck, Location } = checks().make();

    expect(HealthCheck).toEqual({
      Id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/),
      CallerReference: 'ref-0',
      HealthCheckConfig: {
        ...HTTP,
        ...{ Port: 80, RequestInterval: 30, FailureThreshold: 3, Inverted: false, Disabled: false },
        ...{ MeasureLatency: false, EnableSNI: false },
      },
      HealthCheckVersion: 1,
    });
    expect(Location).toContain(HealthCheck.Id);
  });

  test('the same reference with the same settings returns the check, defaults written out or not', () => {
    const { make } = checks();
    const first = make(HTTP, 'same').HealthCheck.Id;

    expect(make({ ...HTTP, Port: 80, RequestInterval: 30 }, 'same').HealthCheck.Id).toBe(first);
    expect(make(HTTP, 'other').HealthCheck.Id).not.toBe(first);
  });

  test('the same reference with other settings, or of a deleted check, is refused with 409', () => {
    const { make, plane } = checks();
    const { Id } = make(HTTP, 'same').HealthCheck;
    const taken = {
      name: 'HealthCheckAlreadyExists',
      statusCode: 409,
      message: 'A different health check has already been created with the specified caller reference.',
    };

    expect(refusal(() => make({ ...HTTP, Port: 81 }, 'same'))).toMatchObject(taken);
    plane.deleteHealthCheck({ HealthCheckId: Id });
    expect(refusal(() => make(HTTP, 'same'))).toMatchObject(taken);
  });

  test('a reference has 1 to 64 characters', () => {
    const { make } = checks();

    make(HTTP, 'x'.repeat(64));

    for (const reference of ['', 'x'.repeat(65)]) expect(refusal(() => make(HTTP, reference)).name).toBe('InvalidInput');
  });
});

describe('S25: limits', () => {
  test('an account has 200 active checks; a deleted one makes room', () => {
    const { make, plane } = checks();
    const ids = Array.from({ length: 200 }, () => make().HealthCheck.Id);

    const error = refusal(() => make());
    make(HTTP, 'ref-0');
    plane.deleteHealthCheck({ HealthCheckId: ids[0] ?? '' });
    make();

    expect(error).toMatchObject({ name: 'TooManyHealthChecks', statusCode: 400 });
  });

  test('1000 requests to create a check are admitted in 24 hours', () => {
    const { plane, clock } = testPlane();
    const make = () => plane.createHealthCheck({ CallerReference: 'same', HealthCheckConfig: HTTP });
    for (let count = 0; count < 1_000; count += 1) {
      clock.time += 2_000;
      make();
    }

    clock.time = 86_400_000;
    const error = refusal(make);
    clock.time = 86_400_000 * 3;
    make();

    expect(error).toMatchObject({ name: 'Throttling', message: 'Rate exceeded' });
  });

  test('checks are listed in pages, in the order in which they were made', () => {
    const { make, plane } = checks();
    const ids = Array.from({ length: 5 }, () => make().HealthCheck.Id);

    const first = plane.listHealthChecks({ MaxItems: 3 });
    const second = plane.listHealthChecks({ MaxItems: 3, Marker: first.NextMarker });

    expect([first, second].flatMap(({ HealthChecks }) => HealthChecks.map(({ Id }) => Id))).toEqual(ids);
    expect([first.IsTruncated, second.IsTruncated, second.NextMarker]).toEqual([true, false, undefined]);
  });
});

describe('S25, V4: settings', () => {
  test.each<[string, HealthCheckConfig, RegExp]>([
    ['an interval of 15 s', { ...HTTP, RequestInterval: 15 }, /RequestInterval must be 10 or 30, got 15/],
    ['a threshold of 0', { ...HTTP, FailureThreshold: 0 }, /FailureThreshold must be 1 to 10/],
    ['a threshold of 11', { ...HTTP, FailureThreshold: 11 }, /FailureThreshold must be 1 to 10/],
    ['a port of 0', { ...HTTP, Port: 0 }, /Port must be 1 to 65535/],
    ['TCP without port', { Type: 'TCP', IPAddress: '198.51.100.1' }, /Port must be specified for TCP/],
    [
      'TCP with address and name',
      { Type: 'TCP', Port: 1, IPAddress: '198.51.100.1', FullyQualifiedDomainName: 'a.example.org' },
      /^TCP health checks that have IP address must not have a fully qualified domain name specified\.$/,
    ],
    ['neither address nor name', { Type: 'HTTP' }, /IPAddress or FullyQualifiedDomainName must be specified/],
    ['an address that is none', { ...HTTP, IPAddress: 'a.example.org' }, /must be an IPv4 or IPv6 address/],
    ['string match without string', { ...HTTP, Type: 'HTTP_STR_MATCH' }, /SearchString must be specified/],
    ['a string without string match', { ...HTTP, SearchString: 'ok' }, /SearchString is not allowed/],
    ['a string of 256 characters', { ...HTTP, Type: 'HTTP_STR_MATCH', SearchString: 'x'.repeat(256) }, /255 characters at most/],
    ['two regions', { ...HTTP, Regions: ['us-east-1', 'eu-west-1'] }, /Regions must be 3 different ones at least, got 2/],
    ['a region twice', { ...HTTP, Regions: ['us-east-1', 'eu-west-1', 'eu-west-1'] }, /3 different ones at least, got 2/],
    [
      'a region without checkers',
      { ...HTTP, Regions: ['us-east-1', 'eu-west-1', 'sa-east-1', 'eu-central-1' as 'eu-west-1'] },
      /got eu-central-1/,
    ],
    [
      'an alarm on an endpoint',
      { ...HTTP, AlarmIdentifier: { Region: 'us-east-1', Name: 'alarm' } },
      /^Invalid parameter : Basic health checks must not have an metric region specified\.$/,
    ],
    ['an alarm check without alarm', { Type: 'CLOUDWATCH_METRIC' }, /AlarmIdentifier must be specified/],
    ['a routing control check without control', { Type: 'RECOVERY_CONTROL' }, /RoutingControlArn must be specified/],
    [
      'a calculated check with an interval',
      { Type: 'CALCULATED', RequestInterval: 10 },
      /RequestInterval is not allowed with type CALC/,
    ],
    ['a calculated threshold of 257', { Type: 'CALCULATED', ChildHealthChecks: [], HealthThreshold: 257 }, /0 to 256/],
    ['children of an endpoint', { ...HTTP, ChildHealthChecks: [] }, /ChildHealthChecks is not allowed/],
    ['an unknown type', { Type: 'PING' as 'TCP' }, /enum value set: \[HTTP, HTTPS/],
  ])('%s is refused', (_, config, text) => {
    expect(refusal(() => checks().make(config))).toMatchObject({
      name: 'InvalidInput',
      statusCode: 400,
      message: expect.stringMatching(text),
    });
  });

  const PRIVATE = [
    ...['10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1', '100.64.0.1', '127.0.0.1', '169.254.1.1', '0.0.0.0'],
    ...['224.0.0.1', '240.0.0.1', '198.18.0.1', '::1', 'fe80::1', 'fc00::1', 'ff02::1', '::ffff:10.0.0.1', '::ffff:8.8.8.8'],
  ];

  test.each(PRIVATE)('address %s is refused', (address) => {
    expect(refusal(() => checks().make({ ...HTTP, IPAddress: address })).message).toContain('private, non-routable or multicast');
  });

  test.each(['198.51.100.1', '172.32.0.1', '100.128.0.1', '8.8.8.8', '2600:1f00::1'])('address %s is accepted', (address) => {
    expect(checks().make({ ...HTTP, IPAddress: address }).HealthCheck.HealthCheckConfig.IPAddress).toBe(address);
  });

  test('a calculated check has existing children, 255 at most, none of them calculated', () => {
    const { make } = checks();
    const child = make().HealthCheck.Id;
    const parent = make({ Type: 'CALCULATED', ChildHealthChecks: [child], HealthThreshold: 1 }).HealthCheck.Id;
    const calculated = (children: string[]): HealthCheckConfig => ({
      Type: 'CALCULATED',
      ChildHealthChecks: children,
      HealthThreshold: 1,
    });

    expect(refusal(() => make(calculated(['gone']))).message).toMatch(/must exist, got gone/);
    expect(refusal(() => make(calculated([child, parent]))).message).toMatch(/must not be calculated/);
    expect(refusal(() => make(calculated(Array.from({ length: 256 }, () => child)))).message).toMatch(/255 at most, got 256/);
    make(calculated(Array.from({ length: 255 }, () => child)));
  });
});

describe('S22: records and their health checks', () => {
  test('a record may name an existing check alone', () => {
    const { change, make, held } = checks();
    const { Id } = make().HealthCheck;

    change(create(record('www.example.com', '198.51.100.1', { HealthCheckId: Id, SetIdentifier: 'one', Failover: 'PRIMARY' })));
    const error = refusal(() => change(create(record('app.example.com', '198.51.100.1', { HealthCheckId: 'gone' }))));

    expect(held()).toEqual(['www.example.com. A one']);
    expect(error).toMatchObject({ name: 'NoSuchHealthCheck', statusCode: 404 });
  });

  test('a check in use can be deleted; the record stays and can be deleted, but not written again', () => {
    const { change, make, plane, held } = checks();
    const { Id } = make().HealthCheck;
    const set = record('www.example.com', '198.51.100.1', { HealthCheckId: Id });
    change(create(set));

    plane.deleteHealthCheck({ HealthCheckId: Id });

    expect(held()).toEqual(['www.example.com. A']);
    expect(refusal(() => plane.getHealthCheck({ HealthCheckId: Id })).name).toBe('NoSuchHealthCheck');
    expect(refusal(() => plane.deleteHealthCheck({ HealthCheckId: Id })).name).toBe('NoSuchHealthCheck');
    expect(refusal(() => change(upsert(set))).name).toBe('NoSuchHealthCheck');
    change(remove(set));
    expect(held()).toEqual([]);
  });
});
