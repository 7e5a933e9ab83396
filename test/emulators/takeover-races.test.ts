/** Two executions at once, and one that dies in the middle: the bundled function, unmodified, over the real SDK against moto. */
import { setTimeout as pause } from 'node:timers/promises';
import type { TakeoverSummary } from '../../runtime/takeover';
import { temporaryDirectory } from '../templates/synth';
import { HandlerProcess } from './handler-process';
import { type Moto, startMoto } from './moto';
import { callsOf, TakeoverRig, untruths } from './takeover-rig';

const ROUNDS = 8;
const TIMEOUT_MS = 60_000;
/** Time for one look and no other, in milliseconds. */
const ONE_LOOK_MS = 20_000;

const directory = temporaryDirectory();
let moto: Moto;
let rig: TakeoverRig;
let other: HandlerProcess;

beforeAll(async () => {
  moto = await startMoto(directory);
  rig = await TakeoverRig.start(moto, 'races');
  other = new HandlerProcess('takeover', rig.environment);
  await other.run({});
}, TIMEOUT_MS);

afterAll(async () => {
  await other?.stop();
  await rig?.stop();
  await moto?.stop();
});

beforeEach(() => rig.settle());

test(
  'two runs at once move the address once, and both end well',
  async () => {
    for (let round = 0; round < ROUNDS; round++) {
      await rig.settle();
      // Slow answers in every other round: then the second run looks while the move of the first is under way.
      rig.proxy.delays = { ec2: (round % 2) * 60 };
      const dead = await rig.killHolder();
      const before = await rig.fleet.item();
      const changes = rig.front.changes.length;

      const runs = await Promise.all(
        [rig.handler, other].map(async (handler, index) => {
          await pause(index * (round % 4) * 25);
          return handler.run({});
        }),
      );

      const summaries = runs.map(({ value }) => value as TakeoverSummary);
      expect(runs.map(({ error }) => error)).toEqual([undefined, undefined]);
      expect(summaries.map(({ outcome }) => outcome)).toEqual(['done', 'done']);
      expect(summaries.flatMap(({ moves }) => moves)).toHaveLength(1);
      expect(rig.front.changes).toHaveLength(changes + 1);
      expect(rig.proxy.count('AssociateAddress')).toBe(1);
      expect((await rig.holder())?.slot).toBe(summaries.flatMap(({ moves }) => moves)[0]?.to);
      expect((await rig.holder())?.slot).not.toBe(dead.slot);
      expect((await rig.fleet.item()).epoch).toBe(before.epoch + 1);
    }
  },
  TIMEOUT_MS,
);

test(
  'a run that dies between its write and its move keeps others away for a bounded time, and the next one completes it',
  async () => {
    const dead = await rig.killHolder();
    rig.proxy.inject({ action: 'AssociateAddress', kind: 'silent', times: 1 });
    const mortal = new HandlerProcess('takeover', rig.environment);
    const died = mortal.run({});
    while (rig.proxy.count('AssociateAddress') === 0) await pause(5);
    await mortal.stop();

    const meanwhile = await rig.record({}, ONE_LOOK_MS);
    const afterwards = await rig.record();

    expect((await died).error).toMatch(/the process ended/);
    expect(meanwhile.summary).toMatchObject({ outcome: 'busy', moves: [] });
    expect(callsOf(meanwhile, 'AssociateAddress')).toEqual([]);
    expect(meanwhile.after).toEqual(meanwhile.before);
    expect(afterwards.summary).toMatchObject({ outcome: 'done', moves: [expect.objectContaining({ from: dead.slot })] });
    expect(afterwards.changes).toHaveLength(1);
    expect([...untruths(meanwhile), ...untruths(afterwards)]).toEqual([]);
  },
  TIMEOUT_MS,
);

test('a run that dies after its move keeps nobody away, and the next one has nothing to do', async () => {
  const dead = await rig.killHolder();
  rig.proxy.inject({ action: 'DescribeAddresses', kind: 'silent', times: 1 });
  const mortal = new HandlerProcess('takeover', rig.environment);
  const died = mortal.run({});
  while (rig.proxy.count('DescribeAddresses') === 0) await pause(5);
  await mortal.stop();
  await died;

  const next = await rig.record({}, ONE_LOOK_MS);

  expect(next.from?.slot).not.toBe(dead.slot);
  expect(next.summary).toMatchObject({ outcome: 'done', moves: [] });
  expect(next.after).toEqual(next.before);
});
