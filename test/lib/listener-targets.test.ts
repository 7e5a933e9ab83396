/** What the targets of a listener may be told: each error, what is right, and what only a deploy knows. */

import { Duration, Lazy, Token } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as servicediscovery from 'aws-cdk-lib/aws-servicediscovery';
import {
  type AddTargetsOptions,
  ListenerCondition,
  ListenerProtocol,
  ProxyEngine,
  ProxyTargets,
  TargetHealthCheck,
  TargetProtocol,
} from 'cdk-proxy-fleet';
import { fleetOf, userDataOf } from './fixture';

const { hostHeaders, pathPatterns, sniHosts } = ListenerCondition;
const common = { targets: ProxyTargets.ipAddresses(['10.0.0.5']), port: 8080 };
const record = ProxyTargets.srvRecord('_http._tcp.example.org');
const rule = { conditions: [pathPatterns(['/a'])], priority: 1 };

test.each<[Partial<AddTargetsOptions>, string]>([
  [{ port: 0 }, 'port of the targets must be a whole number from 1 to 65535, got 0'],
  [
    { port: undefined },
    'port of the targets must be given, got none: only ProxyTargets.srvRecord() brings its own [Test/Edge/L/T]',
  ],
  [{ protocol: TargetProtocol.TCP }, 'protocol of targets behind HTTP must be HTTP or HTTPS, got TCP: choose another'],
  [{ priority: 1 }, 'conditions and priority belong together, got a priority only: add conditions, or leave both out'],
  [
    { conditions: rule.conditions },
    'conditions and priority belong together, got conditions only: add priority, or leave both out',
  ],
  [{ conditions: [], priority: 1 }, 'conditions must hold at least 1 condition, got 0'],
  [{ ...rule, priority: 50_001 }, 'priority must be a whole number from 1 to 50000, got 50001'],
  [
    { ...rule, conditions: [sniHosts(['a'])] },
    "conditions of HTTP targets must be ListenerCondition.hostHeaders() or pathPatterns(), got 'sni'",
  ],
  [{ ...rule, conditions: [hostHeaders([])] }, 'a condition must have a list of 1 value or more, got 0'],
  [
    { ...rule, conditions: [hostHeaders(Token.asList({ Ref: 'List' }))] },
    'a condition must have a list of 1 value or more, got a token',
  ],
  [
    { ...rule, conditions: [hostHeaders(['a b'])] },
    "a value of a condition must be a host name, with '*' and '?' as wildcards, got 'a b'",
  ],
  [
    { ...rule, conditions: [pathPatterns(['a'])] },
    "a value of a condition must be a path that starts with '/', with '*' and '?' as wildcards, got 'a'",
  ],
  [{ ...rule, conditions: [pathPatterns(["/a'b"])] }, "got '/a'b'"],
  [{ tlsServerName: 'a.example' }, 'tlsServerName is for the protocols HTTPS and TLS, got HTTP'],
  [{ protocol: TargetProtocol.HTTPS, tlsServerName: 'a b' }, "tlsServerName must be a host name, got 'a b'"],
  [{ stickinessCookieName: 'A' }, "stickinessCookieName needs a stickinessCookieDuration, got 'A' alone"],
  [{ stickinessCookieDuration: Duration.days(8) }, 'stickinessCookieDuration must be from 1 second to 7 days, got 8 days'],
  [
    { stickinessCookieDuration: Duration.days(1), stickinessCookieName: 'a b' },
    "stickinessCookieName must be 1 to 64 letters, digits, '-' and '_', got 'a b'",
  ],
  [{ rawDirectives: ['a\rb'] }, 'rawDirectives must be lines of text, got "a\\rb"'],
  [{ healthCheck: TargetHealthCheck.http({ path: 'x' }) }, "path of a target check must start with '/'"],
])('%p is refused', (options, message) => {
  const { fleet } = fleetOf();
  const listener = fleet.addListener('L', { port: 8000 });

  expect(() => listener.addTargets('T', { ...common, ...options })).toThrow(message);
});

test('targets of TCP are told of no cookies, no hosts, no paths', () => {
  const { fleet } = fleetOf();
  const listener = fleet.addListener('L', { port: 5000, protocol: ListenerProtocol.TCP });

  expect(() => listener.addTargets('A', { ...common, stickinessCookieDuration: Duration.days(1) })).toThrow(
    'stickinessCookieDuration is for HTTP and HTTPS listeners, got another: leave it out',
  );
  expect(() => listener.addTargets('B', { ...common, ...rule })).toThrow(
    "conditions of TCP targets must be ListenerCondition.sniHosts(), got 'path'",
  );
  expect(() => listener.addTargets('C', { ...common, protocol: TargetProtocol.HTTPS })).toThrow(
    'protocol of targets behind TCP must be TCP or TLS, got HTTPS',
  );
});

test('of a Cloud Map service those that answers held of late are targets', () => {
  const { fleet, stack } = fleetOf();
  const vpc = new ec2.Vpc(stack, 'Other');
  const namespace = new servicediscovery.PrivateDnsNamespace(stack, 'Namespace', { name: 'internal', vpc });
  const serviceOf = (id: string, props: servicediscovery.DnsServiceProps) => namespace.createService(id, { name: id, ...props });
  const listener = fleet.addListener('L', { port: 8000 });
  listener.addTargets('Tasks', { ...common, targets: ProxyTargets.cloudMapService(serviceOf('tasks', {})) });
  const { SRV } = servicediscovery.DnsRecordType;
  listener.addTargets('Ports', {
    ...rule,
    targets: ProxyTargets.cloudMapService(serviceOf('ports', { dnsRecordType: SRV })),
  });

  const text = userDataOf(stack);
  expect(text).toMatch(/ 32 \S+\.internal:8080 resolvers sampled /);
  expect(text).toMatch(/ 32 \S+\.internal resolvers sampled /);
  expect(text).toMatch(/resolvers sampled\n(?: +.*\n)*? +hold obsolete 10m\n/);
  expect(text).not.toContain('resolvers vpc');
});

test('a Cloud Map service that answers with one target at a time is refused', () => {
  const { fleet, stack } = fleetOf();
  const vpc = new ec2.Vpc(stack, 'Other');
  const namespace = new servicediscovery.PrivateDnsNamespace(stack, 'Namespace', { name: 'internal', vpc });
  const service = servicediscovery.Service.fromServiceAttributes(stack, 'Service', {
    namespace,
    serviceName: 'app',
    serviceId: 'srv-1',
    serviceArn: 'arn:aws:servicediscovery:us-east-1:123456789012:service/srv-1',
    dnsRecordType: servicediscovery.DnsRecordType.A,
    routingPolicy: servicediscovery.RoutingPolicy.WEIGHTED,
    discoveryType: servicediscovery.DiscoveryType.DNS_AND_API,
  });
  const targets = ProxyTargets.cloudMapService(service);

  expect(() => fleet.addListener('L', { port: 8000 }).addTargets('T', { ...common, targets })).toThrow(
    'a Cloud Map service must have the routing policy MULTIVALUE, got WEIGHTED',
  );
});

test('a priority is given once', () => {
  const { fleet } = fleetOf();
  const listener = fleet.addListener('L', { port: 8000 });
  listener.addTargets('A', { ...common, ...rule });

  expect(() => listener.addTargets('B', { ...common, ...rule })).toThrow("priority must be unique, got 1 for 'A' and 'B'");
});

test('groups are tried in the order of their priorities, and the one without takes the rest', () => {
  const { fleet, stack } = fleetOf();
  const listener = fleet.addListener('L', { port: 8000 });
  listener.addTargets('Rest', common);
  listener.addTargets('Late', { ...common, conditions: [pathPatterns(['/*'])], priority: 50_000 });
  listener.addTargets('Early', { ...common, conditions: [pathPatterns(['/a'])], priority: 1 });

  const uses = [...userDataOf(stack).matchAll(/(?:use|default)_backend http-8000-(\w+)(?: |\\n|\n)/g)].map((match) => match[1]);
  expect(uses).toEqual(['Early', 'Late', 'Rest']);
});

test('what only a deploy knows is taken', () => {
  const { fleet, stack } = fleetOf();
  const token = Token.asString({ Ref: 'Text' });
  const listener = fleet.addListener('L', { port: 8000 });
  listener.addTargets('T', {
    ...common,
    conditions: [hostHeaders([token]), pathPatterns([token])],
    priority: Token.asNumber({ Ref: 'Number' }),
    protocol: TargetProtocol.HTTPS,
    tlsServerName: token,
    stickinessCookieDuration: Duration.seconds(Lazy.number({ produce: () => 60 })),
    stickinessCookieName: token,
    rawDirectives: [token],
    targets: ProxyTargets.weighted([{ targets: ProxyTargets.dnsName(token), weight: Token.asNumber({ Ref: 'Weight' }) }]),
  });

  const text = userDataOf(stack);
  for (const part of [
    `-m str -- '{"Ref":"Text"}'`,
    'sni str({"Ref":"Text"})',
    'cookie {"Ref":"Text"} insert',
    ' weight {"Ref":"Weight"}',
  ]) {
    expect(text).toContain(part);
  }
});

describe('what HAProxy cannot do is an error at synth', () => {
  test('more connections than its descriptors allow', () => {
    const { fleet, stack } = fleetOf();
    fleet.addListener('L', { port: 8000, maxConnections: 25_001 }).addTargets('T', common);

    expect(() => Template.fromStack(stack)).toThrow('maxConnections must be at most 25000 with HAProxy, got 25001 on port 8000');
  });

  test('groups that its names do not tell apart', () => {
    const { fleet, stack } = fleetOf();
    const listener = fleet.addListener('L', { port: 8000 });
    listener.addTargets('My.App', common);
    listener.addTargets('My App', { ...common, ...rule });

    expect(() => Template.fromStack(stack)).toThrow(
      "ids of a listener's targets must differ in letters, digits, '-' or '_', got 'My-App' twice on port 8000: rename one",
    );
  });

  test('another port than that of SRV records', () => {
    const { fleet, stack } = fleetOf();
    fleet.addListener('L', { port: 8000 }).addTargets('T', { targets: record, port: 8080 });

    expect(() => Template.fromStack(stack)).toThrow(
      "port of 'T' on port 8000 must come from the SRV records with HAProxy, got 8080: leave out the port of the targets",
    );
  });

  test.each([
    [{ packageVersion: '3.0 ' }, "packageVersion must be a version as 'dnf list' shows it, got '3.0 '"],
    [
      { globalDirectives: ['a\nb'] },
      'globalDirectives must be lines of text, got "a\\nb": write one directive a line [Test/Edge]',
    ],
    [{ defaultsDirectives: [''] }, 'defaultsDirectives must be lines of text, got ""'],
  ])('options such as %p', (options, message) => {
    expect(() => fleetOf({ engine: ProxyEngine.haproxy(options) })).toThrow(message);
  });
});

test("HAProxy's options are written down, known or not", () => {
  const token = Token.asString({ Ref: 'Text' });
  const engine = ProxyEngine.haproxy({
    packageVersion: '3.0.5-1.amzn2023.0.1',
    globalDirectives: ['tune.maxaccept 64', token],
    defaultsDirectives: ['timeout queue 2s'],
  });
  const { stack } = fleetOf({ engine });
  const other = fleetOf({ engine: ProxyEngine.haproxy({ packageVersion: token }) });

  const text = userDataOf(stack);
  for (const part of ['haproxy-3.0.5-1.amzn2023.0.1', 'tune.maxaccept 64', 'timeout queue 2s']) expect(text).toContain(part);
  expect(userDataOf(other.stack)).toContain('haproxy-{"Ref":"Text"}');
});
