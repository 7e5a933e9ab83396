import { createPublicKey, X509Certificate } from 'node:crypto';
import {
  adaptConfiguration,
  certificatesOf,
  doorsOf,
  fixedTargetsOf,
  namedTargetsOf,
} from '../../../rehearsal/proxies/adapt-configuration';
import { standInCertificates } from '../../../rehearsal/proxies/stand-in-certificates';
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
  expect(doorsOf(dualStack).map(({ port }) => port)).toEqual([8404, 80]);
});

/** Listeners that end TLS and wait for the PROXY protocol, and targets that want either. */
const SECURE = `frontend https-443
    bind *:443 accept-proxy ssl crt /etc/proxy-fleet/certificates/one.pem crt /etc/proxy-fleet/certificates/two.pem alpn h2,http/1.1
backend https-443
    default-server check inter 5000ms rise 2 fall 3 ssl verify required ca-file /etc/pki/tls/certs/ca-bundle.crt sni str(app.example.org) verifyhost app.example.org check-sni app.example.org send-proxy-v2 check-send-proxy
    server target-1 10.0.0.5:443 weight 3
backend tcp-25
    default-server check inter 5000ms rise 2 fall 3 ssl verify none send-proxy
`;

test('clients speak TLS and nothing before it, and stand-ins for targets speak plain HTTP', () => {
  const { text } = adaptConfiguration(SECURE, { ...HERE, plain: true });

  expect(text.split('\n').filter((line) => !SECURE.split('\n').includes(line))).toEqual([
    '    bind 127.10.1.1:10443 ssl crt /tmp/slot-1/one.pem crt /tmp/slot-1/two.pem alpn h2,http/1.1',
    '    default-server check inter 5000ms rise 2 fall 3',
    '    default-server check inter 5000ms rise 2 fall 3',
  ]);
  expect(doorsOf(SECURE)).toEqual([{ port: 443, tls: true }]);
  expect(certificatesOf(SECURE)).toEqual(['one.pem', 'two.pem']);
});

test('where targets are real, their TLS and the PROXY protocol stay', () => {
  const { text } = adaptConfiguration(SECURE, HERE);

  expect(text).toContain('bind 127.10.1.1:10443 accept-proxy ssl crt /tmp/slot-1/one.pem');
  expect(text).toContain(' ssl verify none send-proxy\n');
});

test('a certificate that is valid today stands in for each', () => {
  const files = standInCertificates(SECURE);

  expect([...files.keys()]).toEqual(['one.pem', 'two.pem']);
  const { validFrom, validTo, publicKey } = new X509Certificate(files.get('one.pem') ?? '');
  expect([Date.parse(validFrom) < Date.now(), Date.parse(validTo) > Date.now()]).toEqual([true, true]);
  const key = createPublicKey(files.get('two.pem')?.split(/(?=-----BEGIN PRIVATE)/)[1] ?? '');
  expect(key.equals(publicKey)).toBe(true);
});

test('ports, targets and names are found', () => {
  expect(doorsOf(CONFIGURATION)).toEqual([
    { port: 8404, tls: false },
    { port: 80, tls: false },
  ]);
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

test('names do not share their targets, and the targets behind an SRV record are found by their own names', () => {
  const { places, zones } = standInTargets(`${CONFIGURATION}
backend http-80-Other
    server-template target- 32 other.example.org:8080 resolvers vpc
    server-template target- 32 _http._tcp.api.example.org resolvers vpc
`);

  const addresses = [...places.values()].map(({ address, port }) => `${address}:${port}`);
  expect(new Set(addresses).size).toBe(addresses.length);
  const service = zones.find(({ name }) => name === '_http._tcp.api.example.org')?.records ?? [];
  const hosts = service.filter(({ type }) => type === 'A');
  expect(service.filter(({ type }) => type === 'SRV').map(({ values }) => values[0])).toEqual(
    hosts.map(({ name }) => `1 1 8080 ${name}`),
  );
  for (const { values } of hosts) expect(addresses).toContain(`${values[0]}:8080`);
});
