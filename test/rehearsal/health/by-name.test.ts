/** Health checks that have a name and no address. */
import { Resolver } from 'node:dns/promises';
import { answer } from '../../../rehearsal/dns/answer';
import { DnsServer } from '../../../rehearsal/dns/server';
import { socketProbe } from '../../../rehearsal/health/probe';
import { simple, zoneOf } from '../dns/zones';
import { ADDRESS, checkOf, listenMute } from './endpoint';
import { closeAll, keep, look, serve } from './look';

afterEach(closeAll);

const byName = { ipAddress: undefined, fullyQualifiedDomainName: 'app.example.com' };
const signal = new AbortController().signal;
const lookAt = (port: number, resolve: (name: string) => Promise<string[]>, check = {}) =>
  look(port, { ...byName, ...check }, 20, signal, resolve);

test('DNS is asked before every look, and the address of that moment is dialled', async () => {
  const { port } = await serve((_, response) => void response.end());
  const addresses = ['203.0.113.1', '203.0.113.2', '203.0.113.1'];
  const dialled: string[] = [];
  let asked = 0;
  const probe = socketProbe({
    dial: (address) => {
      dialled.push(address);
      return { address: ADDRESS, port };
    },
    resolve: async () => [addresses[asked++] ?? ''],
    wall: (simulated) => simulated / 20,
  });

  for (const _ of addresses) await probe(checkOf(byName), signal);

  expect(dialled).toEqual(addresses);
});

test('only IPv4 addresses count', async () => {
  const { port } = await serve((_, response) => void response.end());

  const both = await lookAt(port, async () => ['2001:db8::1', '203.0.113.1']);
  const six = await lookAt(port, async () => ['2001:db8::1']);

  expect(both).toEqual({ healthy: true, reason: 'status 200' });
  expect(six).toEqual({ healthy: false, reason: 'app.example.com has no IPv4 address' });
});

test('a name that does not exist is unhealthy, over TCP as well', async () => {
  const { port } = await keep(listenMute());
  const unknown = async () => {
    throw new Error('queryA ENOTFOUND');
  };

  for (const type of ['HTTP', 'HTTPS', 'TCP'] as const) {
    expect(await lookAt(port, unknown, { type })).toEqual({ healthy: false, reason: 'app.example.com has no IPv4 address' });
  }
});

test('a DNS server that is silent does not hold a checker for ever', async () => {
  const silent = () => new Promise<string[]>(() => undefined);

  expect(await lookAt(1, silent)).toEqual({ healthy: false, reason: 'no address of app.example.com within 4 s' });
  expect(await lookAt(1, silent, { type: 'TCP' })).toEqual({
    healthy: false,
    reason: 'no address of app.example.com within 10 s',
  });
});

test('the DNS server of the rehearsal tells where to look', async () => {
  const { port } = await serve((_, response) => void response.end());
  const zone = zoneOf(simple('app.example.com', [ADDRESS]));
  const dns = new DnsServer({
    address: '127.10.0.53',
    port: 0,
    timeScale: 1,
    answer: (question) => answer([zone], question, () => true, Math.random),
  });
  const place = await dns.start();
  const resolver = new Resolver({ timeout: 1_000, tries: 1 });
  resolver.setServers([`${place.address}:${place.port}`]);
  const probe = socketProbe({
    dial: (address) => ({ address, port }),
    resolve: (name) => resolver.resolve4(name),
    wall: (simulated) => simulated,
  });

  try {
    expect(await probe(checkOf(byName), signal)).toEqual({ healthy: true, reason: 'status 200' });
    expect((await probe(checkOf({ ...byName, fullyQualifiedDomainName: 'other.example.com' }), signal)).healthy).toBe(false);
  } finally {
    await dns.close();
  }
});
