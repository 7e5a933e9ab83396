/** Routing, aliases, CNAMEs, wildcards and delegations, as dig and a caching resolver see them. */
import { Resolver } from 'node:dns/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { answer } from '../../../rehearsal/dns/answer';
import type { HostedZone } from '../../../rehearsal/dns/records';
import { DnsServer } from '../../../rehearsal/dns/server';
import { seededRandom } from '../../../rehearsal/random';
import type { Place } from './queries';
import { describeWith, output } from './real-clients';
import { Unbound } from './unbound';
import { alias, multivalue, PRIMARY, record, SECONDARY, SIMPLE, simple, weighted, zoneOf } from './zones';

/** Sixty seconds are one on the wall. */
const TIME_SCALE = 60;

const zone: HostedZone = zoneOf(
  ...multivalue('primary.shop.example.com', 3),
  alias('shop.example.com', 'primary.shop.example.com', PRIMARY),
  record('shop.example.com', 9, SECONDARY, { ttl: 60 }),
  alias('example.com', 'shop.example.com', SIMPLE),
  simple('www.example.com', ['app.example.com'], 'CNAME', 120),
  simple('app.example.com', ['Shop.Example.com.'], 'CNAME', 60),
  simple('out.example.com', ['www.example.net'], 'CNAME'),
  ...weighted('drawn.example.com', 0, 1),
  simple('*.any.example.com', ['127.10.7.1']),
  simple('sub.example.com', ['ns.sub.example.com', 'ns.example.net'], 'NS'),
  simple('ns.sub.example.com', ['127.10.7.53']),
);

let unhealthy: string[] = [];
const server = new DnsServer({
  address: '127.10.0.53',
  port: 0,
  timeScale: TIME_SCALE,
  answer: (question) => answer([zone], question, (id) => !unhealthy.includes(id), random),
});
const random = seededRandom(1);
const FLEET = ['127.10.1.1', '127.10.1.2', '127.10.1.3'];
let place: Place;

beforeAll(async () => {
  place = await server.start();
});
beforeEach(() => {
  unhealthy = [];
});
afterAll(() => server.close());

describeWith('dig', '-v')('dig', () => {
  const dig = (...args: string[]) =>
    output('dig', `@${place.address}`, '-p', String(place.port), '+norecurse', '+tries=1', '+time=2', ...args);
  const short = async (...args: string[]) => (await dig('+short', ...args)).trim().split('\n').sort();

  test('a name that fails over leads to the healthy of its primary, to its secondary, and to the primary when all are dead', async () => {
    const all = await short('shop.example.com', 'A');
    unhealthy = ['check-2'];
    const two = await short('shop.example.com', 'A');
    unhealthy = ['check-1', 'check-2', 'check-3'];
    const secondary = await short('shop.example.com', 'A');
    unhealthy = ['check-1', 'check-2', 'check-3', 'check-9'];
    const dead = await short('shop.example.com', 'A');

    expect([all, two, secondary, dead]).toEqual([FLEET, ['127.10.1.1', '127.10.1.3'], ['127.10.5.9'], FLEET]);
  });

  test('an alias is never seen, also at the apex', async () => {
    const text = await dig('example.com', 'A');

    expect(text).toMatch(/ANSWER: 3, AUTHORITY: 2/);
    expect(text.match(/^example\.com\.\s+1\tIN\tA\t127\.10\.1\.\d$/gm)).toHaveLength(3);
    expect(text).not.toMatch(/shop|CNAME/);
  });

  test('a chain of CNAMEs comes with what it leads to, in its order, and stops at the end of the zone', async () => {
    const text = await dig('www.example.com', 'A');

    expect(text).toMatch(
      /\nwww\.example\.com\.\t2\tIN\tCNAME\tapp\.example\.com\.\napp\.example\.com\.\t1\tIN\tCNAME\tShop\.Example\.com\.\n/,
    );
    expect(text.match(/^Shop\.Example\.com\.\t1\tIN\tA\t/gim)).toHaveLength(3);
    expect(await dig('out.example.com', 'A')).toMatch(/status: NOERROR[\s\S]*ANSWER: 1,[\s\S]*CNAME\twww\.example\.net\./);
  });

  test('of weights a zero has its turn only when the others are dead', async () => {
    const before = await short('drawn.example.com', 'A');
    unhealthy = ['check-2'];
    const after = await short('drawn.example.com', 'A');

    expect([before, after]).toEqual([['127.10.5.2'], ['127.10.5.1']]);
  });

  test('a wildcard answers under the name that was asked for', async () => {
    expect(await dig('x.y.any.example.com', 'A')).toMatch(/\nx\.y\.any\.example\.com\.\t5\tIN\tA\t127\.10\.7\.1/);
    expect(await dig('x.any.example.com', 'AAAA')).toMatch(/status: NOERROR[\s\S]*ANSWER: 0, AUTHORITY: 1/);
  });

  test('a part that was given away is referred, with the addresses of its servers that lie in it', async () => {
    const text = await dig('www.sub.example.com', 'A');

    expect(text).toMatch(/flags: qr; QUERY: 1, ANSWER: 0, AUTHORITY: 2, ADDITIONAL: 2/);
    expect(text).toMatch(/\nsub\.example\.com\.\t5\tIN\tNS\tns\.sub\.example\.com\./);
    expect(text).toMatch(/\nns\.sub\.example\.com\.\t5\tIN\tA\t127\.10\.7\.53/);
  });
});

describeWith('unbound', '-V')('unbound', () => {
  const unbound = new Unbound();
  const resolver = new Resolver({ timeout: 3_000, tries: 1 });
  beforeAll(async () => {
    const { address, port } = await unbound.start(place);
    resolver.setServers([`${address}:${port}`]);
  });
  afterAll(() => unbound.stop());

  test('follows a chain of CNAMEs to a name that fails over, and again when its answer is old', async () => {
    const before = (await resolver.resolve4('www.example.com')).sort();
    unhealthy = ['check-1', 'check-2', 'check-3'];
    const kept = (await resolver.resolve4('www.example.com')).sort();
    await sleep(2_100);
    const after = await resolver.resolve4('www.example.com');

    expect([before, kept, after]).toEqual([FLEET, FLEET, ['127.10.5.9']]);
  });

  test('takes aliases, wildcards and drawn records for plain ones', async () => {
    expect((await resolver.resolve4('example.com')).sort()).toEqual(FLEET);
    expect(await resolver.resolve4('some.any.example.com')).toEqual(['127.10.7.1']);
    expect(await resolver.resolve4('drawn.example.com')).toEqual(['127.10.5.2']);
    await expect(resolver.resolve6('some.any.example.com')).rejects.toMatchObject({ code: 'ENODATA' });
  });
});
