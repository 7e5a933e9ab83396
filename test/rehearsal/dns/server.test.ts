import { Resolver } from 'node:dns/promises';
import { decode } from 'dns-packet';
import { UsageError } from '../../../rehearsal/usage-error';
import { askTcp, askUdp, edns, framed, type Place, query, resolveUdp } from './queries';
import { closeAll, hundred, make } from './servers';
import { simple, zoneOf } from './zones';

let place: Place;
beforeAll(async () => {
  place = await make().start();
});
afterAll(closeAll);

test('answers a real resolver over UDP', async () => {
  const resolver = new Resolver({ timeout: 2_000, tries: 1 });
  resolver.setServers([`${place.address}:${place.port}`]);

  const records = await resolver.resolve4('www.example.com', { ttl: true });

  expect(records).toHaveLength(8);
  expect(records.map(({ address }) => address)).toContain('127.10.1.8');
  await expect(resolver.resolve6('v6.example.com')).resolves.toEqual(['2001:db8::1']);
  await expect(resolver.resolveNs('example.com')).resolves.toEqual(['ns-1.example.com', 'ns-2.example.com']);
  await expect(resolver.resolve4('nobody.example.com')).rejects.toMatchObject({ code: 'ENOTFOUND' });
  await expect(resolver.resolve4('v6.example.com')).rejects.toMatchObject({ code: 'ENODATA' });
  await expect(resolver.resolve4('other.org')).rejects.toMatchObject({ code: 'EREFUSED' });
});

test('a resolver comes again over TCP for what does not fit', async () => {
  const resolver = new Resolver({ timeout: 2_000, tries: 1 });
  resolver.setServers([`${place.address}:${place.port}`]);

  const addresses = await resolver.resolve4('hundred.example.com');

  expect(addresses.sort()).toEqual([...hundred].sort());
});

test('at most eight of many multivalue records leave the server', async () => {
  const { answers } = await resolveUdp(place, query('many.example.com', edns(4096)));

  expect(new Set(answers.map((record) => record.data)).size).toBe(8);
});

describe('header', () => {
  test('is authoritative, repeats id and recursion desired, and offers no recursion', async () => {
    const response = await resolveUdp(place, query('www.example.com', { id: 999 }));

    expect(response).toMatchObject({ id: 999, type: 'response', rcode: 'NOERROR' });
    expect(response).toMatchObject({ flag_aa: true, flag_tc: false, flag_rd: true, flag_ra: false });
  });

  test('a name that does not exist and one without data differ in the response code only', async () => {
    const none = await resolveUdp(place, query('nobody.example.com'));
    const empty = await resolveUdp(place, query('www.example.com', { questionType: 'AAAA' }));

    expect([none.rcode, empty.rcode]).toEqual(['NXDOMAIN', 'NOERROR']);
    for (const { answers, authorities } of [none, empty]) {
      expect(answers).toEqual([]);
      expect(authorities).toMatchObject([{ type: 'SOA', name: 'example.com' }]);
    }
  });

  test('refuses names of others and classes other than IN', async () => {
    const foreign = await resolveUdp(place, query('other.org'));
    const chaos = await resolveUdp(place, query('', { questions: [{ name: 'www.example.com', type: 'A', class: 'CH' }] }));

    expect(foreign).toMatchObject({ rcode: 'REFUSED', flag_aa: false });
    expect(chaos).toMatchObject({ rcode: 'REFUSED', questions: [{ class: 'CH' }] });
  });
});

test('mixed case comes back letter by letter in the question and in every answer', async () => {
  const name = 'wWw.eXAMple.CoM';

  const response = await resolveUdp(place, query(name, edns(4096)));

  expect(response.questions[0]?.name).toBe(name);
  expect(response.answers).toHaveLength(8);
  for (const record of response.answers) expect(record.name).toBe(name);
  for (const record of response.authorities) expect(record.name).toBe('eXAMple.CoM');
});

test('a question of a type that nobody can encode is echoed, and has no data', async () => {
  const response = await askUdp(place, query('www.example.com', { questionType: 'UNKNOWN_65' }));

  expect(decode(response as Buffer)).toMatchObject({ rcode: 'NOERROR', answers: [], questions: [{ type: 'UNKNOWN_65' }] });
});

describe('size', () => {
  const sizeOf = async (packet: Buffer) => {
    const response = (await askUdp(place, packet)) as Buffer;
    return { bytes: response.length, ...decode(response) };
  };

  test('without EDNS 512 bytes are the most, and name servers are left out before answers are', async () => {
    // With 28 addresses and the name servers it would be 545 bytes.
    const there = await make({ zone: zoneOf(simple('www.example.com', hundred.slice(0, 28))) }).start();
    const response = (await askUdp(there, query('www.example.com'))) as Buffer;

    expect(response.length).toBe(481);
    expect(decode(response)).toMatchObject({ flag_tc: false, authorities: [], additionals: [] });
    expect(decode(response).answers).toHaveLength(28);
  });

  test('what does not fit is announced and not sent in parts', async () => {
    const plain = await sizeOf(query('hundred.example.com'));
    const small = await sizeOf(query('hundred.example.com', edns(1232)));

    for (const response of [plain, small]) expect(response).toMatchObject({ flag_tc: true, rcode: 'NOERROR', answers: [] });
    expect(small.additionals).toHaveLength(1);
  });

  test('with EDNS as much as the resolver takes is sent', async () => {
    const response = await sizeOf(query('hundred.example.com', edns(4096)));

    expect(response.flag_tc).toBe(false);
    expect(response.bytes).toBeGreaterThan(1232);
    expect(response.answers).toHaveLength(100);
    expect(response.additionals).toMatchObject([{ type: 'OPT', udpPayloadSize: 4096 }]);
  });

  test('never more than 4096 bytes over UDP, whatever the resolver takes', async () => {
    const values = Array.from({ length: 300 }, (_, index) => `127.20.${index % 2}.${index >> 1}`);
    const there = await make({ timeScale: 1, zone: zoneOf(simple('www.example.com', values)) }).start();

    const response = await resolveUdp(there, query('www.example.com', edns(65_535)));

    expect(response.flag_tc).toBe(true);
  });

  test('an EDNS size below 512 counts as 512', async () => {
    expect((await sizeOf(query('www.example.com', edns(1)))).answers).toHaveLength(8);
  });

  test('an EDNS version from the future is answered with BADVERS', async () => {
    const { rcode, additionals } = await sizeOf(query('www.example.com', edns(4096, 1)));

    expect(rcode).toBe('NOERROR');
    expect(additionals).toMatchObject([{ type: 'OPT', extendedRcode: 1, ednsVersion: 0 }]);
  });
});

describe('time', () => {
  const ttls = async (timeScale: number) => {
    const there = await make({ timeScale }).start();
    const www = await resolveUdp(there, query('www.example.com'));
    const nine = await resolveUdp(there, query('nine.example.com'));
    const none = await resolveUdp(there, query('nobody.example.com'));
    const [soa] = none.authorities;
    return [www.answers[0]?.ttl, nine.answers[0]?.ttl, soa?.ttl, soa?.type === 'SOA' && soa.data.minimum];
  };

  test.each([
    [1, [60, 9, 900, 86_400]],
    [10, [6, 1, 90, 8_640]],
    [7, [9, 2, 129, 12_343]],
    [120, [1, 1, 8, 720]],
  ])('at scale %d TTLs are whole seconds on the wall, rounded up', async (timeScale, expected) => {
    await expect(ttls(timeScale)).resolves.toEqual(expected);
  });
});

describe('start and close', () => {
  test('UDP and TCP share the port that the system chose', async () => {
    expect(place.port).toBeGreaterThan(0);
    const [tcp] = await askTcp(place, [framed(query('www.example.com'))], 1);
    const udp = await askUdp(place, query('www.example.com'));

    expect([decode(tcp as Buffer).rcode, decode(udp as Buffer).rcode]).toEqual(['NOERROR', 'NOERROR']);
  });

  test('a port in use is told with what to do about it', async () => {
    const second = make({ port: place.port });

    const error = await second.start().catch((reason: unknown) => reason);

    expect(error).toBeInstanceOf(UsageError);
    expect((error as Error).message).toBe(
      `the DNS server needs 127.10.0.53:${place.port} for UDP and TCP, got EADDRINUSE: stop what listens there or choose another port`,
    );
  });

  test('closes while connections are open, and can be started again on the same port', async () => {
    const first = make();
    const there = await first.start();
    const open = askTcp(there, [], 1);
    await resolveUdp(there, query('www.example.com'));

    await first.close();
    await expect(open).resolves.toEqual([]);
    await make({ port: there.port }).start();

    await expect(resolveUdp(there, query('www.example.com'))).resolves.toMatchObject({ rcode: 'NOERROR' });
  });
});
