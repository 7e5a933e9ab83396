/** Records that follow instances: their lives, storms, faults and ends. */

import { applyRecords, serveRecords, withdrawName } from '../../runtime/instance-records';
import { addressOf, NAME, OWNER, recordsStage, TOPOLOGY } from './records-stage';

function stage(start: Parameters<typeof recordsStage>[0] = {}) {
  return { ...recordsStage(start), name: TOPOLOGY.names[0] as (typeof TOPOLOGY.names)[0] };
}

test('a new instance is in service once its record is everywhere, with a health check of its own', async () => {
  const { calls, checks, completed, members, plane, published, serve, name } = stage();
  members.set('i-1', 'Pending:Wait');
  const answer = await serve({ live: 'i-1' });

  expect(answer).toEqual({ settled: true, reason: 'it has its records', waiting: 0 });
  expect(published()).toEqual(['i-1']);
  expect(completed).toEqual(['i-1']);
  const [check] = checks();
  expect(check?.HealthCheckConfig).toMatchObject({ ...name.check, IPAddress: addressOf('i-1') });
  expect(plane.served(name.hostedZoneId).records.find(({ Name }) => Name === `${NAME}.`)).toMatchObject({
    TTL: 60,
    MultiValueAnswer: true,
    HealthCheckId: check?.Id,
  });
  expect(calls.filter((call) => call !== 'sync')).toEqual([
    'group',
    'hosts',
    'list',
    'listChecks',
    'createCheck',
    'tag',
    'change',
    'complete',
  ]);
});

test('who has not said that its proxy is live is not published, nor is who is parked, stands by, or leaves', async () => {
  const { completed, members, published, serve, sweep } = stage();
  for (const [id, state] of Object.entries({
    'i-1': 'InService',
    'i-2': 'Pending:Wait',
    'i-3': 'Warmed:Pending:Wait',
    'i-4': 'Terminating:Wait',
    'i-5': 'Standby',
  })) {
    members.set(id, state);
  }
  await serve();
  expect(published()).toEqual(['i-1']);
  expect(completed).toEqual([]);

  expect(await serve({ live: 'i-3' })).toMatchObject({ settled: true, reason: 'it is in the warm pool' });
  expect(completed).toEqual(['i-3']);
  // Once out of the pool it has to say anew that it is live.
  members.set('i-3', 'Pending:Wait');
  await sweep();
  expect(published()).toEqual(['i-1']);
  await serve({ live: 'i-3' });
  expect(published()).toEqual(['i-1', 'i-3']);
});

test('who leaves loses its record, and then its health check; the last record stays', async () => {
  const { checks, members, published, serve, sweep } = stage();
  members.set('i-1', 'InService').set('i-2', 'InService');
  await serve();
  members.set('i-1', 'Terminating:Wait');
  await serve({});

  expect(published()).toEqual(['i-2']);
  expect(checks().map(({ HealthCheckConfig }) => HealthCheckConfig.IPAddress)).toEqual([addressOf('i-2')]);
  members.delete('i-1');
  members.delete('i-2');
  await sweep();
  expect(published()).toEqual(['i-2']);
  expect(checks()).toHaveLength(1);
});

test('a Spot instance that EC2 takes back is withdrawn at once, and not published again while it is there', async () => {
  const { lease, members, published, serve, sweep } = stage();
  members.set('i-1', 'InService').set('i-2', 'InService');
  await serve();
  await serve({ leaving: 'i-1' });
  expect(published()).toEqual(['i-2']);
  await sweep();
  expect(published()).toEqual(['i-2']);
  expect(lease.notes.leaving).toEqual(['i-1']);

  members.delete('i-1');
  await sweep();
  expect(lease.notes.leaving).toEqual([]);
});

test('fifty launches at the same time are one batch for the first and one for all others', async () => {
  const { ask, calls, completed, members, published, time } = stage();
  const ids = Array.from({ length: 50 }, (_, index) => `i-${index + 1}`);
  for (const id of ids) members.set(id, 'Pending:Wait');
  const answers = await time.settle(Promise.all(ids.map((live) => ask({ live }))));

  expect(published()).toEqual([...ids].sort());
  expect([...completed].sort()).toEqual([...ids].sort());
  expect(calls.filter((call) => call === 'change')).toHaveLength(2);
  expect(calls.filter((call) => call === 'createCheck')).toHaveLength(50);
  expect(answers.filter(({ settled }) => settled)).toHaveLength(1);
});

test('fifty launches that are noted when a look begins are one batch', async () => {
  const { calls, completed, lease, members, serve } = stage();
  const ids = Array.from({ length: 50 }, (_, index) => `i-${index + 1}`);
  for (const id of ids) members.set(id, 'Pending:Wait');
  lease.notes = { version: 50, live: ids, leaving: [] };
  await serve();

  expect([...completed].sort()).toEqual([...ids].sort());
  expect(calls.filter((call) => call === 'change')).toHaveLength(1);
});

test('a hundred records that are well cost four calls and no write', async () => {
  const { calls, members, published, sweep } = stage();
  for (let index = 1; index <= 100; index++) members.set(`i-${index}`, 'InService');
  for (let sweeps = 0; sweeps < 4; sweeps++) await sweep().catch(() => undefined);
  expect(published()).toHaveLength(100);
  calls.length = 0;
  await sweep();

  expect(calls).toEqual(['group', 'hosts', 'list', 'listChecks']);
});

test('both families have a record and a health check each, and other records of the name are left alone', async () => {
  const { checks, members, plane, published, serve, name } = stage({ families: ['A', 'AAAA'] });
  const foreign = { Name: NAME, Type: 'A', SetIdentifier: 'by-hand', MultiValueAnswer: true, TTL: 60 } as const;
  plane.changeResourceRecordSets({
    HostedZoneId: name.hostedZoneId,
    ChangeBatch: {
      Changes: [{ Action: 'CREATE', ResourceRecordSet: { ...foreign, ResourceRecords: [{ Value: '203.0.113.1' }] } }],
    },
  });
  members.set('i-1', 'InService').set('i-2', 'InService');
  await serve();
  members.set('i-2', 'Terminating:Wait');
  await serve();

  expect(published()).toEqual(['by-hand', 'i-1']);
  expect(published('AAAA')).toEqual(['i-1']);
  expect(checks().map(({ HealthCheckConfig }) => HealthCheckConfig.IPAddress)).toEqual([addressOf('i-1'), '2600:1f18::1']);
});

test('a health check that somebody deleted is made again, and one that a dead run left behind goes', async () => {
  const { checks, members, plane, ports, serve, sweep, topology, name } = stage();
  members.set('i-1', 'InService');
  await serve();
  const [first] = checks();
  plane.deleteHealthCheck({ HealthCheckId: first?.Id ?? '' });
  await sweep();
  expect(checks().map(({ Id }) => Id)).not.toContain(first?.Id);
  expect(checks()).toHaveLength(1);

  const left = { reference: `${OWNER}/${checks()[0]?.CallerReference.split('/')[1]}/i-9/A/left`, ipAddress: '198.51.100.9' };
  await ports.checks.create({ ...left, settings: name.check });
  const foreign = { ...left, reference: 'somebody-else' };
  await ports.checks.create({ ...foreign, settings: name.check });
  await sweep();
  expect(checks().map(({ CallerReference }) => CallerReference)).toEqual([
    expect.stringMatching(new RegExp(`^${OWNER}/`)),
    'somebody-else',
  ]);
  expect(topology.owner).toBe(OWNER);
});

test('another health check or TTL is taken over in one batch, and the health checks of before go', async () => {
  const { calls, checks, members, ports, plane, serve, time, topology, name } = stage();
  members.set('i-1', 'InService').set('i-2', 'InService');
  await serve();
  calls.length = 0;
  await time.settle(applyRecords(ports, { ...topology, names: [{ ...name, ttl: 30 }] }, name, 'stack-1'));
  expect(calls.filter((call) => ['change', 'createCheck', 'deleteCheck'].includes(call))).toEqual(['change']);

  const changed = { ...name, ttl: 30, check: { ...name.check, ResourcePath: '/ready' } };
  await time.settle(applyRecords(ports, { ...topology, names: [changed] }, name, 'stack-2'));
  expect(plane.served(name.hostedZoneId).records.filter(({ TTL, SetIdentifier }) => SetIdentifier && TTL === 30)).toHaveLength(2);
  expect(checks().map(({ HealthCheckConfig }) => HealthCheckConfig.ResourcePath)).toEqual(['/ready', '/ready']);
});

test('a large part of a fleet that is gone all at once leaves in steps', async () => {
  const { members, published, sweep } = stage();
  for (let index = 1; index <= 8; index++) members.set(`i-${index}`, 'InService');
  await sweep();
  for (let index = 2; index <= 8; index++) members.delete(`i-${index}`);
  const counts: number[] = [];
  for (let sweeps = 0; sweeps < 4; sweeps++) {
    await sweep();
    counts.push(published().length);
  }
  expect(counts).toEqual([4, 2, 1, 1]);
});

test('one bad record holds up no other, and what failed is told', async () => {
  const { log, members, ports, published, serve } = stage();
  const { hosts } = ports;
  Object.assign(ports, {
    hosts: {
      addresses: async (ids: string[]) => new Map([...(await hosts.addresses(ids)), ['i-2', { A: '198.51.100.300' }]]),
    },
  });
  for (const id of ['i-1', 'i-2', 'i-3']) members.set(id, 'InService');

  await expect(serve()).rejects.toMatchObject({ summary: { waiting: 1 }, message: expect.stringContaining('198.51.100.300') });
  expect(published()).toEqual(['i-1', 'i-3']);
  expect(log.map(({ event }) => event)).toEqual(['failed', 'changed']);
});

test('names of one zone take one batch each, though it is at one change at a time', async () => {
  const names = TOPOLOGY.names.flatMap((name) => [NAME, 'api.example.com'].map((recordName) => ({ ...name, recordName })));
  const { log, members, serve } = stage({ names });
  for (const id of ['i-1', 'i-2', 'i-3']) members.set(id, 'InService');
  await serve();

  expect(log.map(({ event, published }) => [event, published.length])).toEqual([
    ['changed', 3],
    ['changed', 3],
  ]);
});

test('a batch that is refused is tried change by change', async () => {
  const { log, members, plane, published, serve, name } = stage({ families: ['A', 'AAAA'] });
  const ResourceRecordSet = { Name: NAME, Type: 'AAAA' as const, TTL: 60, ResourceRecords: [{ Value: '2001:db8::1' }] };
  plane.changeResourceRecordSets({
    HostedZoneId: name.hostedZoneId,
    ChangeBatch: { Changes: [{ Action: 'CREATE', ResourceRecordSet }] },
  });
  members.set('i-1', 'InService').set('i-2', 'InService');
  await expect(serve()).rejects.toThrow('AAAA');

  expect(log.map(({ event }) => event)).toEqual(['refused', 'changed', 'failed', 'changed', 'failed']);
  expect(published()).toEqual(['i-1', 'i-2']);
});

test('a health check whose tags failed has them before a record names it', async () => {
  const { calls, failWith, members, published, serve, sweep } = stage();
  members.set('i-1', 'InService');
  failWith((call) => (call === 'tag' ? new Error('made up') : undefined));
  await expect(serve()).rejects.toThrow('made up');
  failWith(() => undefined);
  await sweep();

  expect(published()).toEqual(['i-1']);
  expect(calls.filter((call) => ['createCheck', 'tag', 'change'].includes(call))).toEqual([
    'createCheck',
    'tag',
    'tag',
    'change',
  ]);
});

test('where the account may have no more health checks a look tries once', async () => {
  const { calls, failWith, members, serve } = stage();
  for (const id of ['i-1', 'i-2', 'i-3']) members.set(id, 'InService');
  const over = Object.assign(new Error('made up'), { name: 'TooManyHealthChecks' });
  failWith((call) => (call === 'createCheck' ? over : undefined));
  await expect(serve()).rejects.toThrow('made up');

  expect(calls.filter((call) => call === 'createCheck')).toHaveLength(1);
});

test('while Route 53 is away nothing is withdrawn and no launch ends, and the lease is free for the next sweep', async () => {
  const { completed, failWith, lease, members, published, serve, sweep } = stage();
  members.set('i-1', 'InService').set('i-2', 'InService');
  await serve();
  members.set('i-2', 'Terminating:Wait').set('i-3', 'Pending:Wait');
  for (const call of ['list', 'createCheck', 'change', 'listChecks']) {
    failWith((each) => (each === call ? new Error('ServiceUnavailable') : undefined));
    await expect(serve({ live: 'i-3' }).then(() => sweep())).rejects.toThrow('ServiceUnavailable');
    expect(lease.holder).toBeUndefined();
  }
  expect(published()).toContain('i-1');
  failWith(() => undefined);
  await sweep();

  expect(published()).toEqual(['i-1', 'i-3']);
  expect(completed).toEqual(['i-3']);
});

test('who is published hears nothing of what failed for another one, which the sweep tells', async () => {
  const { failWith, members, serve, sweep } = stage();
  members.set('i-1', 'Pending:Wait').set('i-2', 'InService');
  let made = 0;
  failWith((call) => (call === 'createCheck' && ++made === 2 ? new Error('made up') : undefined));
  expect(await serve({ live: 'i-1' })).toMatchObject({ settled: true });

  failWith((call) => (call === 'createCheck' ? new Error('made up') : undefined));
  await expect(sweep()).rejects.toMatchObject({ summary: { waiting: 1 } });
});

test('a record that Route 53 refuses costs one health check, however often it is tried', async () => {
  const { checks, calls, members, plane, published, serve, sweep, name } = stage();
  const simple = { Name: NAME, Type: 'A', TTL: 60, ResourceRecords: [{ Value: '203.0.113.1' }] } as const;
  const change = (Action: 'CREATE' | 'DELETE') =>
    plane.changeResourceRecordSets({
      HostedZoneId: name.hostedZoneId,
      ChangeBatch: { Changes: [{ Action, ResourceRecordSet: { ...simple, ResourceRecords: [...simple.ResourceRecords] } }] },
    });
  change('CREATE');
  members.set('i-1', 'Pending:Wait');
  await expect(serve({ live: 'i-1' })).rejects.toThrow('www.example.com');
  for (let sweeps = 0; sweeps < 3; sweeps++) await expect(sweep()).rejects.toThrow('www.example.com');
  expect(calls.filter((call) => call === 'createCheck')).toHaveLength(1);
  expect(checks()).toHaveLength(1);

  change('DELETE');
  await sweep();
  expect(published()).toEqual(['i-1']);
  expect(checks()).toHaveLength(1);
});

test('a family that the fleet gives up leaves at once, and an instance of which EC2 says nothing stays', async () => {
  const { members, ports, published, serve, time, topology } = stage({ families: ['A', 'AAAA'] });
  members.set('i-1', 'InService').set('i-2', 'InService');
  await serve();
  expect(published('AAAA')).toEqual(['i-1', 'i-2']);
  const { hosts } = ports;
  Object.assign(ports, {
    hosts: { addresses: async (ids: string[]) => new Map([...(await hosts.addresses(ids))].slice(0, 1)) },
  });
  await time.settle(serveRecords(ports, { ...topology, families: ['A'] }, 'after', {}));

  expect(published('AAAA')).toEqual([]);
  expect(published()).toEqual(['i-1', 'i-2']);
});

test('a fleet without a name completes launches of live proxies only', async () => {
  const { completed, members, serve } = stage({ names: [] });
  members.set('i-1', 'Pending:Wait').set('i-2', 'Pending:Wait');
  await serve();
  expect(completed).toEqual([]);
  await serve({ live: 'i-2' });
  expect(completed).toEqual(['i-2']);
});

test('what fails besides the records does not hold up launches', async () => {
  const { completed, failWith, members, serve } = stage();
  members.set('i-1', 'InService').set('i-2', 'InService');
  await serve();
  members.set('i-2', 'Terminating:Wait').set('i-3', 'Pending:Wait');
  failWith((call) => (call === 'deleteCheck' ? new Error('made up') : undefined));
  await serve({ live: 'i-3' });

  expect(completed).toEqual(['i-3']);
});

test('a run that died holds the lease until it must be dead', async () => {
  const { lease, members, published, serve, time } = stage();
  members.set('i-1', 'InService');
  lease.holder = { run: 'dead', until: time.now() + 610_000 };
  expect(await serve()).toEqual({ settled: true, reason: 'another run is at it, and looks once more' });
  expect(await serve({ live: 'i-1' })).toMatchObject({ settled: false });
  await time.pass(610_001);
  await serve();

  expect(published()).toEqual(['i-1']);
});

test('a name that goes takes all of its records and health checks along, and waits for the run that is at it', async () => {
  const { checks, lease, log, members, ports, published, serve, time, topology, name } = stage();
  members.set('i-1', 'InService').set('i-2', 'InService');
  await serve();
  lease.holder = { run: 'other', until: time.now() + 20_000 };
  const without = { ...topology, names: [] };
  await time.settle(withdrawName(ports, without, name, 'stack'));

  expect(published()).toEqual([]);
  expect(checks()).toEqual([]);
  expect(lease.holder).toBeUndefined();
  expect(log.at(-1)).toMatchObject({ event: 'changed', published: [], withdrawn: [expect.anything(), expect.anything()] });
  await time.settle(withdrawName(ports, without, name, 'again'));
});

test('a name that the stack still has goes only when no instance is left', async () => {
  const { members, ports, published, serve, time, topology, name } = stage();
  members.set('i-1', 'InService').set('i-2', 'InService');
  await serve();
  // Another reference to the same name took the place of the one before, or an instance says that it is CloudFormation.
  await time.settle(withdrawName(ports, topology, name, 'stack'));
  expect(published()).toEqual(['i-1', 'i-2']);

  members.clear();
  await time.settle(withdrawName(ports, topology, name, 'stack'));
  expect(published()).toEqual([]);
});

test('a removal goes on through a busy zone, an answer that is lost, and health checks that cannot be deleted at first', async () => {
  const { checks, failWith, loseWith, members, ports, published, serve, time, topology, name } = stage();
  members.set('i-1', 'InService').set('i-2', 'InService');
  await serve();
  members.clear();
  const left = { change: 12, deleteCheck: 3 };
  const busy = Object.assign(new Error('made up'), { name: 'PriorRequestNotComplete' });
  failWith((call) => {
    if (call === 'change' && left.change-- > 0) return busy;
    return call === 'deleteCheck' && left.deleteCheck-- > 0 ? new Error('made up') : undefined;
  });
  let lost = 1;
  const again = Object.assign(new Error('it was not found'), { name: 'InvalidChangeBatch' });
  loseWith((call) => (call === 'change' && lost-- > 0 ? again : undefined));
  await time.settle(withdrawName(ports, topology, name, 'stack'));
  // Nobody knows the id of a change whose answer was lost.
  await time.pass(60_000);

  expect([published(), checks(), lost]).toEqual([[], [], 0]);
});

test('health checks that cannot be deleted are told of, and a zone that is gone holds up nothing', async () => {
  const { checks, failWith, members, ports, serve, time, topology, name } = stage();
  members.set('i-1', 'InService');
  await serve();
  members.clear();
  failWith((call) => (call === 'deleteCheck' ? new Error('made up') : undefined));
  const outcome = time.settle(withdrawName(ports, topology, name, 'stack').catch((error: Error) => error.message));
  expect(await outcome).toMatch(
    /^health checks of www\.example\.com must be deleted, got left: \S+ \(Error: made up\): try again/,
  );

  const gone = Object.assign(new Error('made up'), { name: 'NoSuchHostedZone' });
  failWith((call) => (call === 'list' ? gone : undefined));
  await time.settle(withdrawName(ports, topology, name, 'stack'));
  expect(checks()).toEqual([]);
});

test('a change of the stack waits for permissions that were just granted', async () => {
  const { failWith, members, ports, published, time, topology, name } = stage();
  members.set('i-1', 'InService');
  const denied = Object.assign(new Error('made up'), { name: 'AccessDenied' });
  const until = time.now() + 30_000;
  failWith((call) => (call === 'list' && time.now() < until ? denied : undefined));
  await time.settle(applyRecords(ports, topology, name, 'stack'));
  expect(published()).toEqual(['i-1']);

  failWith((call) => (call === 'list' ? denied : undefined));
  const outcome = time.settle(applyRecords(ports, topology, name, 'stack').catch((error: Error) => error.message));
  expect(await outcome).toContain('AccessDenied');
});

test('a name whose zone is gone holds up no other', async () => {
  const [first] = TOPOLOGY.names as [(typeof TOPOLOGY.names)[number]];
  const names = [{ ...first, hostedZoneId: 'ZGONE' }, first];
  const { checks, members, published, serve } = stage({ names });
  members.set('i-1', 'InService').set('i-2', 'InService');

  await expect(serve()).rejects.toThrow('ZGONE');
  expect(published()).toEqual(['i-1', 'i-2']);
  expect(checks()).toHaveLength(2);
});

test('an instance on its way into service stays published, and one that could not be let go asks again', async () => {
  const { completed, failWith, members, proceedWithin, published, serve, time } = stage();
  proceedWithin(10_000);
  members.set('i-1', 'InService').set('i-2', 'Pending:Wait');
  expect(await serve({ live: 'i-2' })).toMatchObject({ settled: true });
  expect(members.get('i-2')).toBe('Pending:Proceed');
  await serve();
  expect(published()).toEqual(['i-1', 'i-2']);
  await time.pass(10_000);
  await serve();
  expect(published()).toEqual(['i-1', 'i-2']);

  members.set('i-3', 'Warmed:Pending:Wait');
  failWith((call) => (call === 'complete' ? new Error('made up') : undefined));
  await expect(serve({ live: 'i-3' })).rejects.toMatchObject({ summary: { settled: false } });
  failWith(() => undefined);
  expect(await serve({ live: 'i-3' })).toMatchObject({ settled: true });
  expect(completed).toEqual(['i-2', 'i-3']);
});

test('what leaves a warm pool has nothing to drain', async () => {
  const { members, serve } = stage();
  members.set('i-1', 'InService').set('i-2', 'Warmed:Terminating:Wait');
  await serve();

  expect([...members.keys()]).toEqual(['i-1']);
});

test('who leaves goes at once where the health check does not see a drain', async () => {
  const [first] = TOPOLOGY.names as [(typeof TOPOLOGY.names)[number]];
  const leftOf = async (check: typeof first.check) => {
    const { members, published, serve } = stage({ names: [{ ...first, check }] });
    for (let index = 1; index <= 6; index++) members.set(`i-${index}`, 'InService');
    await serve();
    for (let index = 2; index <= 6; index++) members.set(`i-${index}`, 'Terminating:Wait');
    await serve();
    return published().length;
  };

  expect(await leftOf(first.check)).toBe(3);
  expect(await leftOf({ ...first.check, Port: 80 })).toBe(1);
});

test('a change of the stack gives up after a run that does not end', async () => {
  const { lease, ports, time, topology, name } = stage();
  lease.holder = { run: 'other', until: time.now() + 3_600_000 };
  const outcome = time.settle(applyRecords(ports, topology, name, 'stack').catch((error: Error) => error.message));

  expect(await outcome).toBe('another run changed records for 250 s: read the log of the function, and try again');
});
