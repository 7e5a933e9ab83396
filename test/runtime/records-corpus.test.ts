/**
 * Events in the shapes that AWS documents, of every kind that may reach the record function, some of them meant for others: replayed in random
 * order, doubled, and cut off anywhere. What an event says must never matter more than what is so, so that after every replay DNS is that of
 * the group. Sources: EC2 Auto Scaling user guide, "Event reference" and "Lifecycle hooks: notification target"; EC2 user guide, "Spot
 * Instance interruption notices"; SNS developer guide, "Lambda event message".
 */
import fc from 'fast-check';
import { noteOf, type RecordsEvent } from '../../runtime/records-event';
import { recordsStage } from './records-stage';

const RUNS = Math.ceil(Number(process.env.FC_RUNS ?? 600) / 10);
const SEED = Number(process.env.FC_SEED ?? Date.now() % 2_147_483_647);

const ACCOUNT = { version: '0', id: '12345678-1234-1234-1234-123456789012', account: '123456789012', region: 'eu-central-1' };
const GROUP = { AutoScalingGroupName: 'Group', AutoScalingGroupARN: 'arn:aws:autoscaling:eu-central-1:123456789012:group' };

function autoScaling(type: string, detail: object) {
  return { ...ACCOUNT, 'detail-type': type, source: 'aws.autoscaling', time: '2026-09-20T12:00:00Z', resources: [], detail };
}

function lifecycle(transition: 'LAUNCHING' | 'TERMINATING', EC2InstanceId: string) {
  const [type, [Origin, Destination]] =
    transition === 'LAUNCHING' ? ['launch', ['EC2', 'AutoScalingGroup']] : ['terminate', ['AutoScalingGroup', 'EC2']];
  return autoScaling(`EC2 Instance-${type} Lifecycle Action`, {
    LifecycleActionToken: '87654321-4321-4321-4321-210987654321',
    AutoScalingGroupName: 'Group',
    LifecycleHookName: transition === 'LAUNCHING' ? 'publish' : 'drain',
    EC2InstanceId,
    LifecycleTransition: `autoscaling:EC2_INSTANCE_${transition}`,
    NotificationMetadata: '',
    Origin,
    Destination,
  });
}

function activity(type: string, EC2InstanceId: string) {
  return autoScaling(`EC2 Instance ${type}`, {
    ...GROUP,
    StatusCode: 'InProgress',
    ActivityId: 'activity',
    RequestId: 'request',
    EC2InstanceId,
    Details: { 'Subnet ID': 'subnet-1', 'Availability Zone': 'eu-central-1a' },
    Cause: 'At 2026-09-20T12:00:00Z an instance was started in response to a difference between desired and actual capacity.',
  });
}

function spot(detailType: string, instanceId: string) {
  const detail = { 'instance-id': instanceId, 'instance-action': 'terminate' };
  return { ...ACCOUNT, 'detail-type': detailType, source: 'aws.ec2', time: '2026-09-20T12:00:00Z', resources: [], detail };
}

function sns(message: object) {
  const Sns = {
    Type: 'Notification',
    MessageId: 'm',
    TopicArn: 'arn:aws:sns:eu-central-1:123456789012:t',
    Message: JSON.stringify(message),
  };
  return { Records: [{ EventSource: 'aws:sns', EventVersion: '1.0', EventSubscriptionArn: 'arn', Sns }] };
}

/** Every event of the life of an instance, and of those that others get. */
const corpusOf = (id: string): object[] => [
  lifecycle('LAUNCHING', id),
  lifecycle('TERMINATING', id),
  activity('Launch Successful', id),
  activity('Launch Unsuccessful', id),
  activity('Terminate Successful', id),
  activity('Terminate Unsuccessful', id),
  spot('EC2 Instance Rebalance Recommendation', id),
  autoScaling('EC2 Auto Scaling Instance Refresh Started', { ...GROUP, InstanceRefreshId: 'refresh' }),
  sns({ AccountId: '123456789012', Event: 'autoscaling:TEST_NOTIFICATION', AutoScalingGroupName: 'Group' }),
  sns(lifecycle('TERMINATING', id).detail),
  { ...ACCOUNT, 'detail-type': 'Scheduled Event', source: 'aws.events', resources: ['rule'], detail: {} },
];

/** What is left of an event of which only so many of its fields arrive, in itself and in its detail. */
function cut(event: object, fields: number): object {
  const first = (whole: object) => Object.fromEntries(Object.entries(whole).slice(0, fields));
  const { detail } = event as RecordsEvent;
  return { ...first(event), ...(detail && { detail: first(detail) }) };
}

const replay = fc.array(
  fc.record({ which: fc.nat(1000), after: fc.nat(20_000), fields: fc.option(fc.nat(6), { nil: undefined }) }),
  { minLength: 5, maxLength: 60 },
);

test('after every replay DNS is that of the group', async () => {
  process.stdout.write(`events of records: ${RUNS} replays, FC_SEED=${SEED}\n`);
  let ended = 0;
  await fc.assert(
    fc.asyncProperty(replay, async (events) => {
      const { ask, members, published, time } = recordsStage();
      const send = (event: object) => ask(noteOf(event as RecordsEvent)).catch(() => undefined);
      // Two serve, one of which leaves in the middle, one is told to go, one is new and has not asked yet, and one is never heard of.
      members.set('i-1', 'InService').set('i-2', 'InService').set('i-3', 'InService').set('i-4', 'Pending:Wait');
      const corpus = ['i-1', 'i-2', 'i-3', 'i-4', 'i-5'].flatMap(corpusOf);
      const taken = spot('EC2 Spot Instance Interruption Warning', 'i-3');
      for (const [index, { which, after, fields }] of events.entries()) {
        const event = corpus[which % corpus.length] as object;
        void send(fields === undefined ? event : cut(event, fields));
        if (index === Math.floor(events.length / 2)) {
          members.set('i-2', 'Terminating:Wait');
          void send(taken);
        }
        await time.pass(after);
      }
      for (let sweep = 0; sweep < 3; sweep++) {
        void send({});
        await time.pass(150_000);
      }

      expect(published()).toEqual(['i-1']);
      expect([...members]).toContainEqual(['i-4', 'Pending:Wait']);
      ended += 1;
    }),
    { numRuns: RUNS, seed: SEED },
  );
  expect(ended).toBe(RUNS);
}, 120_000);
