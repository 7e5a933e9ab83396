import { adaptConfiguration, fixedTargetsOf, namedTargetsOf, portsOf } from '../../../rehearsal/proxies/adapt-configuration';
import { standInTargets } from '../../../rehearsal/proxies/stand-in-targets';
import { localPort } from '../../../rehearsal/proxies/surroundings';

const CONFIGURATION = `global
    hard-stop-after 60s
    stats socket /run/proxy-fleet-engine/haproxy.sock mode 600
frontend health
    bind *:8404
frontend http-80
    bind *:80
backend http-80
    option httpchk
    default-server check inter 5000ms
    server target-1 10.0.0.5:80
backend tcp-5000
    server-template target- 32 App.example.org:8080 resolvers vpc
resolvers vpc
    nameserver vpc 169.254.169.253:53
`;

const HERE = {
  addresses: ['127.10.1.1'],
  targets: new Map(),
  resolver: { address: '127.10.0.53', port: 5353 },
  directory: '/tmp/slot-1',
};

test('only binds, targets, the resolver and the folder change, and no port is shared', () => {
  const { text, changed } = adaptConfiguration(CONFIGURATION, {
    ...HERE,
    addresses: ['127.10.1.1', '127.30.1.1'],
    targets: new Map([['10.0.0.5:80', { address: '127.20.0.1', port: 10080 }]]),
  });

  expect(changed).toEqual([
    'stats socket /run/proxy-fleet-engine/haproxy.sock mode 600',
    'bind *:8404',
    'bind *:80',
    'server target-1 10.0.0.5:80',
    'nameserver vpc 169.254.169.253:53',
  ]);
  expect(text.split('\n').filter((line) => !CONFIGURATION.split('\n').includes(line))).toEqual([
    '    noreuseport',
    '    stats socket /tmp/slot-1/haproxy.sock mode 600',
    '    bind 127.10.1.1:8404,127.30.1.1:8404',
    '    bind 127.10.1.1:10080,127.30.1.1:10080',
    '    server target-1 127.20.0.1:10080',
    '    nameserver vpc 127.10.0.53:5353',
  ]);
});

test('binds of IPv6 go, because proxies on one machine cannot share its only address', () => {
  const dualStack = CONFIGURATION.replace(/ {4}bind \*:(\d+)\n/g, '$&    bind :::$1 v6only\n');

  const { text, changed } = adaptConfiguration(dualStack, HERE);

  expect(text.match(/bind .*/g)).toEqual(['bind 127.10.1.1:8404', 'bind 127.10.1.1:10080']);
  expect(changed).toEqual(expect.arrayContaining(['bind :::8404 v6only', 'bind :::80 v6only']));
  expect(portsOf(dualStack)).toEqual([8404, 80]);
});

test('ports, targets and names are found', () => {
  expect(portsOf(CONFIGURATION)).toEqual([8404, 80]);
  expect(fixedTargetsOf(CONFIGURATION)).toEqual(['10.0.0.5:80']);
  expect(namedTargetsOf(CONFIGURATION)).toEqual([{ name: 'app.example.org', port: 8080 }]);
  expect([80, 1023, 1024, 8404].map(localPort)).toEqual([10080, 11023, 1024, 8404]);
});

test('a target stands in for each address, and two for each name, with a zone to find them in', () => {
  const { places, replacements, zones } = standInTargets(CONFIGURATION);

  expect(replacements).toEqual(new Map([['10.0.0.5:80', { address: '127.20.0.1', port: 10080 }]]));
  expect([...places.values()]).toEqual([
    { address: '127.20.0.1', port: 10080 },
    { address: '127.21.0.1', port: 8080 },
    { address: '127.21.0.2', port: 8080 },
  ]);
  expect(zones).toMatchObject([{ name: 'app.example.org', records: [{ name: 'app.example.org' }, { name: 'app.example.org' }] }]);
});
