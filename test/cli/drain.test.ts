/** `proxy-fleet drain` against AWS on loopback. */
import { FakeAws, type FakeLook } from './fake-aws';
import { proxyFleet } from './run';

let aws: FakeAws;

const instance = (id: string, state = 'InService') => ({ id, state });
const slot = (name: string, ...instances: { id: string; state: string }[]) => ({ name: `group-${name}`, slot: name, instances });
const FLEET = [
  slot('Demo/Edge/1', instance('i-1')),
  slot('Demo/Edge/2', instance('i-old', 'Terminating:Wait'), instance('i-2')),
  slot('Demo/Edge/10'),
  { name: 'somebody-elses', instances: [instance('i-9')] },
];
const SAID = 'drain: no virtual IP is here after 0.1 s\ndrain: the ready path fails, serving for 118 s\n';

beforeAll(async () => {
  aws = await FakeAws.start();
});

beforeEach(() => {
  aws.groups = FLEET;
  aws.looks = [{ status: 'Success', output: SAID }];
  aws.refusal = undefined;
  aws.sent.length = 0;
});

afterAll(() => aws.stop());

const drain = (...args: string[]) =>
  proxyFleet(['drain', ...args], {
    env: { AWS_ENDPOINT_URL: aws.url, AWS_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: 'x', AWS_SECRET_ACCESS_KEY: 'x' },
  });
const drainSlot = (...args: string[]) => drain('--stack', 'Demo', ...args);

test('sends the drain to the instance that serves in the slot, and shows what it says until it ends', async () => {
  const looks: FakeLook[] = [
    { status: 'Pending' },
    { status: 'InProgress', output: 'drain: no virtual IP is here after 0.1 s\ndrain: the rea' },
    { status: 'Success', output: SAID },
  ];
  aws.looks = looks;

  const { status, stdout, stderr } = await drainSlot('--slot', '2');

  expect([status, stderr]).toEqual([0, '']);
  expect(stdout.replace(/[\d.]+ s\n$/, 'N s\n')).toBe(
    [
      'drain slot 2 of Demo/Edge, i-2',
      '  drain: no virtual IP is here after 0.1 s',
      '  drain: the ready path fails, serving for 118 s',
      'done in N s\n',
    ].join('\n'),
  );
  expect(aws.sent).toEqual([
    {
      DocumentName: 'AWS-RunShellScript',
      InstanceIds: ['i-2'],
      Comment: 'proxy-fleet drain slot 2',
      TimeoutSeconds: 60,
      Parameters: { commands: ['python3 -u /opt/proxy-fleet/drain.py'], executionTimeout: ['3600'] },
    },
  ]);
});

test('an undo is sent in the same way, and the result is one document for programs', async () => {
  const { status, stdout } = await drainSlot('--slot', '1', '--fleet', 'Demo/Edge', '--undo', '--json');

  expect([status, JSON.parse(stdout)]).toEqual([
    0,
    {
      fleet: 'Demo/Edge',
      slot: '1',
      instanceId: 'i-1',
      order: 'undo',
      met: true,
      status: 'Success',
      tookSeconds: expect.any(Number),
      lines: SAID.trim().split('\n'),
    },
  ]);
  expect(aws.sent).toMatchObject([{ Parameters: { commands: ['python3 -u /opt/proxy-fleet/drain.py --undo'] } }]);
});

test('an instance of an elastic fleet is a slot that is called like it', async () => {
  aws.groups = [{ name: 'group', elastic: 'Demo/Edge', instances: [instance('i-7'), instance('i-8', 'Pending:Wait')] }];

  const { status, stdout } = await drainSlot('--slot', 'i-7');
  const unknown = await drainSlot('--slot', 'i-8');

  expect([status, stdout.split('\n')[0]]).toEqual([0, 'drain slot i-7 of Demo/Edge, i-7']);
  expect(aws.sent).toMatchObject([{ InstanceIds: ['i-7'] }]);
  expect([unknown.status, unknown.stderr]).toEqual([2, expect.stringContaining("slot must be one of i-7, got 'i-8'")]);
});

test('a drain that the instance cannot do is told with what it said, status 1', async () => {
  aws.looks = [{ status: 'Failed', errors: 'drain: undone by somebody else' }];

  const { status, stdout } = await drainSlot('--slot', '1');

  expect([status, stdout]).toEqual([
    1,
    expect.stringMatching(/ {2}drain: undone by somebody else\nnot done, the command ended as Failed/),
  ]);
});

describe('a call that leads nowhere is one line that says what to do, status 2', () => {
  test.each<[string, () => unknown, string[], RegExp]>([
    ['no stack', () => undefined, ['--slot', '1'], /--stack must name a deployed stack, got none: see proxy-fleet drain --help/],
    ['no slot', () => undefined, ['--stack', 'Demo'], /--slot must name a slot, got none/],
    ['a name', () => undefined, ['Vip', '--stack', 'Demo'], /no name may stand alone, got 'Vip'/],
    ['an unknown option', () => undefined, ['--stack', 'Demo', '--fast'], /--fast/],
    ['an unknown slot', () => undefined, ['--stack', 'Demo', '--slot', '4'], /slot must be one of 1, 2, 10, got '4'/],
    ['an empty slot', () => undefined, ['--stack', 'Demo', '--slot', '10'], /slot 10 must have an instance, got none: .* later/],
    [
      'a stack without a fleet',
      () => {
        aws.groups = [];
      },
      ['--stack', 'Demo', '--slot', '1'],
      /stack 'Demo' must hold a fleet, got none/,
    ],
    [
      'one of several fleets',
      () => {
        aws.groups = [...FLEET, slot('Demo/Inner/1', instance('i-5'))];
      },
      ['--stack', 'Demo', '--slot', '1'],
      /has several fleets: choose one with --fleet: Demo\/Edge, Demo\/Inner/,
    ],
    [
      'an unknown fleet',
      () => undefined,
      ['--stack', 'Demo', '--slot', '1', '--fleet', 'X'],
      /no fleet 'X': choose one of Demo\/Edge/,
    ],
    [
      'an instance that Systems Manager does not know',
      () => {
        aws.refusal = 'InvalidInstanceId';
      },
      ['--stack', 'Demo', '--slot', '1'],
      /i-1 must be reached by Systems Manager, got InvalidInstanceId: check its role/,
    ],
    [
      'an instance that takes nothing',
      () => {
        aws.looks = [{ status: 'DeliveryTimedOut' }];
      },
      ['--stack', 'Demo', '--slot', '1'],
      /i-1 must be reached by Systems Manager, got DeliveryTimedOut/,
    ],
    [
      'a missing permission',
      () => {
        aws.refusal = 'AccessDeniedException';
      },
      ['--stack', 'Demo', '--slot', '1'],
      /not allowed/,
    ],
  ])('%s', async (_, given, args, message) => {
    given();

    const { status, stdout, stderr } = await drain(...args);

    expect([status, stderr]).toEqual([2, expect.stringMatching(message)]);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stdout.replace(/^drain slot 1 of .*\n/, '')).toBe('');
  });
});

test('help is no error', async () => {
  const help = await drain('--help');

  expect([help.status, help.stdout]).toEqual([0, expect.stringMatching(/^usage: proxy-fleet drain .*ssm:SendCommand/s)]);
  expect((await drain()).status).toBe(2);
});
