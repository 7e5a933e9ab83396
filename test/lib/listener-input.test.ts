/** What a listener may be told: each error, what is right, and what only a deploy knows. */
import { Duration, Lazy, Token } from 'aws-cdk-lib';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { type ListenerOptions, ListenerProtocol, ProxyCertificate, ProxyTargets } from 'cdk-proxy-fleet';
import { fleetOf, userDataOf } from './fixture';

const targets = { targets: ProxyTargets.ipAddresses(['10.0.0.5']), port: 8080 };
const number = () => Token.asNumber({ Ref: 'Number' });
const time = () => Duration.seconds(Lazy.number({ produce: () => 7 }));

function certificateIn(scope: ReturnType<typeof fleetOf>): ProxyCertificate {
  return ProxyCertificate.secretsManager(secretsmanager.Secret.fromSecretNameV2(scope.stack, 'Pem', 'pem'));
}

test.each<[Partial<ListenerOptions>, string]>([
  [
    { port: number() },
    'protocol must be given when the port is known at deploy time only, got none: name a ListenerProtocol [Test/Edge/L]',
  ],
  [{ protocol: ListenerProtocol.HTTPS }, 'a listener of HTTPS needs at least 1 certificate, got 0: add a ProxyCertificate'],
  [{ protocol: ListenerProtocol.TLS, certificates: [] }, 'a listener of TLS needs at least 1 certificate, got 0'],
  [{ connectTimeout: Duration.millis(999) }, 'connectTimeout must be from 1 second to 24 days, got 999 millis: choose another'],
  [{ idleTimeout: Duration.millis(0) }, 'idleTimeout must be from 1 second to 24 days, got 0 millis'],
  [{ tunnelTimeout: Duration.millis(1) }, 'tunnelTimeout must be from 1 second to 24 days, got 1 milli'],
  [{ tunnelTimeout: Duration.days(30) }, 'tunnelTimeout must be from 1 second to 24 days, got 30 days: choose another'],
  [
    { maxConnections: 0 },
    'maxConnections must be a whole number from 1 to 1000000, got 0: leave it out for as many as the proxy can',
  ],
  [{ maxConnections: 1.5 }, 'maxConnections must be a whole number from 1 to 1000000, got 1.5'],
  [{ rawDirectives: ['one\ntwo'] }, 'rawDirectives must be lines of text, got "one\\ntwo": write one directive a line'],
  [{ rawDirectives: [' '] }, 'rawDirectives must be lines of text, got " "'],
])('%p is refused', (options, message) => {
  const { fleet } = fleetOf();

  expect(() => fleet.addListener('L', { port: 5000, ...options })).toThrow(message);
});

test.each([ListenerProtocol.HTTP, ListenerProtocol.TCP])('a certificate for %p is refused', (protocol) => {
  const scope = fleetOf();
  const certificates = [certificateIn(scope)];

  expect(() => scope.fleet.addListener('L', { port: 5000, protocol, certificates })).toThrow(
    `certificates are for HTTPS and TLS listeners, got 1 on ${protocol.toUpperCase()}: choose another protocol`,
  );
});

test.each<[number, boolean, ListenerProtocol]>([
  [8000, false, ListenerProtocol.HTTP],
  [8008, false, ListenerProtocol.HTTP],
  [8080, false, ListenerProtocol.HTTP],
  [443, true, ListenerProtocol.HTTPS],
  [8443, true, ListenerProtocol.HTTPS],
  [443, false, ListenerProtocol.TCP],
  [5432, false, ListenerProtocol.TCP],
])('port %p, with a certificate: %p, is for %p', (port, withCertificate, protocol) => {
  const scope = fleetOf();

  const listener = scope.fleet.addListener('L', { port, ...(withCertificate && { certificates: [certificateIn(scope)] }) });

  expect(listener.protocol).toBe(protocol);
});

test('all options at their limits are taken, and written down', () => {
  const { fleet, stack } = fleetOf();
  const options = {
    connectTimeout: Duration.seconds(1),
    idleTimeout: Duration.seconds(1),
    tunnelTimeout: Duration.seconds(1),
    maxConnections: 25_000,
    rawDirectives: ['option http-ignore-probes'],
    acceptProxyProtocol: true,
  };

  fleet.addListener('L', { port: 8000, ...options }).addTargets('T', targets);

  const text = userDataOf(stack);
  for (const line of ['bind *:8000 accept-proxy', 'maxconn 25000', 'timeout client 1000ms', 'option http-ignore-probes']) {
    expect(text).toContain(line);
  }
  for (const line of ['timeout connect 1000ms', 'timeout server 1000ms', 'timeout tunnel 1000ms']) expect(text).toContain(line);
});

test('what only a deploy knows is taken', () => {
  const { fleet, stack } = fleetOf();
  const options = { connectTimeout: time(), idleTimeout: time(), tunnelTimeout: time(), maxConnections: number() };
  const rawDirectives = [Token.asString({ Ref: 'Line' })];

  fleet
    .addListener('L', { port: number(), protocol: ListenerProtocol.HTTP, ...options, rawDirectives })
    .addTargets('T', { ...targets, port: number() });

  const text = userDataOf(stack);
  for (const line of ['timeout connect 7s', 'timeout client 7s', 'timeout tunnel 7s', 'maxconn {"Ref":"Number"}']) {
    expect(text).toContain(line);
  }
});
