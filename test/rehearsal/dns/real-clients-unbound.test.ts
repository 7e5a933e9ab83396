/** unbound between the DNS server and a client: what a caching resolver makes of the answers. */
import { Resolver } from 'node:dns/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { answer } from '../../../rehearsal/dns/answer';
import { DnsServer } from '../../../rehearsal/dns/server';
import { seededRandom } from '../../../rehearsal/random';
import { describeWith, hundred, realZone } from './real-clients';
import { Unbound } from './unbound';

/** Sixty seconds are one on the wall. */
const TIME_SCALE = 60;

describeWith('unbound', '-V')('unbound', () => {
  const unbound = new Unbound();
  const random = seededRandom(1);
  const resolver = new Resolver({ timeout: 3_000, tries: 1 });
  let asked: string[] = [];
  let unhealthy: string[] = [];
  const server = new DnsServer({
    address: '127.10.0.53',
    port: 0,
    timeScale: TIME_SCALE,
    answer: (question) => {
      asked.push(`${question.name.toLowerCase()} ${question.type}`);
      return answer([realZone], question, (id) => !unhealthy.includes(id), random);
    },
  });

  beforeAll(async () => {
    const { address, port } = await unbound.start(await server.start());
    resolver.setServers([`${address}:${port}`]);
  });
  beforeEach(() => {
    asked = [];
    unhealthy = [];
  });
  afterAll(async () => {
    await unbound.stop();
    await server.close();
  });

  test('an answer is kept for its TTL, and a dead address leaves with the next', async () => {
    const before = (await resolver.resolve4('www.example.com')).sort();
    unhealthy = ['check-2'];
    const kept = (await resolver.resolve4('www.example.com')).sort();
    const questions = asked.length;
    await sleep(2_100);
    const after = (await resolver.resolve4('www.example.com')).sort();

    expect(before).toEqual(['127.10.1.1', '127.10.1.2', '127.10.1.3']);
    expect(kept).toEqual(before);
    expect(after).toEqual(['127.10.1.1', '127.10.1.3']);
    expect(asked.slice(questions)).toEqual(['www.example.com A']);
  });

  test('a truncated answer is fetched over TCP', async () => {
    expect((await resolver.resolve4('hundred.example.com')).sort()).toEqual([...hundred].sort());
    expect(await resolver.resolve4('four-hundred.example.com')).toHaveLength(400);
  });

  test('that a name or a type does not exist is kept for the TTL of the SOA record', async () => {
    for (let times = 0; times < 2; times += 1) {
      await expect(resolver.resolve4('nobody.example.com')).rejects.toMatchObject({ code: 'ENOTFOUND' });
      await expect(resolver.resolve6('www.example.com')).rejects.toMatchObject({ code: 'ENODATA' });
    }

    expect(asked.filter((question) => question.startsWith('nobody'))).toHaveLength(1);
    expect(asked.filter((question) => question === 'www.example.com AAAA')).toHaveLength(1);
  });

  test('a name between names exists without data', async () => {
    await expect(resolver.resolve4('_tcp.example.com')).rejects.toMatchObject({ code: 'ENODATA' });
    await expect(resolver.resolveSrv('_app._tcp.example.com')).resolves.toMatchObject([{ port: 8080, name: 'www.example.com' }]);
  });

  test('other types come through', async () => {
    await expect(resolver.resolve6('v6.example.com')).resolves.toContain('2001:db8::1');
    await expect(resolver.resolveTxt('text.example.com')).resolves.toContainEqual(['v=spf1 -all', 'and "more"']);
    await expect(resolver.resolveMx('example.com')).resolves.toContainEqual({ priority: 10, exchange: 'mail.example.com' });
    await expect(resolver.resolveCaa('ca.example.com')).resolves.toContainEqual({ critical: 0, issue: 'ca.example.net' });
    await expect(resolver.resolvePtr('1.2.0.192.example.com')).resolves.toEqual(['www.example.com']);
    await expect(resolver.resolveNs('example.com')).resolves.toEqual(expect.arrayContaining(['ns-1.example.com']));
    await expect(resolver.resolveSoa('example.com')).resolves.toMatchObject({ hostmaster: 'hostmaster.example.com' });
  });
});
