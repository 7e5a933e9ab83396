/** Every permission that elastic fleets hand out, word by word, as `permissions.test.ts` has those of the demo. */
import { ELASTIC_STACK, makeElastic } from './elastic-stack';
import { allow, observer, REACHED_BY_SESSION_MANAGER, READS_ASSETS, statementsByRole, writeLogs } from './permissions';
import { synthesize, temporaryDirectory } from './synth';

const granted = statementsByRole(synthesize(makeElastic(temporaryDirectory()), ELASTIC_STACK).template);

/** `evaluate()` stands these in for the Region and the account. */
const EC2 = 'arn:aws:ec2:us-east-1:000000000000';
const GROUPS = 'arn:aws:autoscaling:us-east-1:000000000000:autoScalingGroup:*:autoScalingGroupName/*';
const TAGS = {
  Pool: 'Elastic/ElasticPoolB6D85AA9',
  Public: 'Elastic/ElasticPublic856FE504',
  Private: 'Elastic/ElasticPrivate1D78908D',
};
type Fleet = keyof typeof TAGS;

const ofFleet = (fleet: Fleet) => ({ StringEquals: { 'aws:ResourceTag/proxy-fleet': TAGS[fleet] } });
const ends = (fleet: Fleet) => allow(['autoscaling:CompleteLifecycleAction'], [GROUPS], ofFleet(fleet));

/** A stolen role can ask for a look, have the fleet's own instances replaced, and end their group's waiting for them. */
const proxies = (fleet: Fleet, asked: string) => [
  REACHED_BY_SESSION_MANAGER,
  READS_ASSETS,
  allow(['lambda:InvokeFunction'], [`${asked}.Arn`]),
  allow(
    ['autoscaling:CompleteLifecycleAction', 'autoscaling:RecordLifecycleActionHeartbeat', 'autoscaling:SetInstanceHealth'],
    [GROUPS],
    ofFleet(fleet),
  ),
  allow(['cloudformation:DescribeStackResource'], ['stack-id']),
];

const changes = (zone: string, conditions: Record<string, string[]>) => [
  allow(['route53:ListResourceRecordSets'], [`arn:aws:route53:::hostedzone/${zone}`]),
  allow(['route53:ChangeResourceRecordSets'], [`arn:aws:route53:::hostedzone/${zone}`], {
    'ForAllValues:StringEquals': Object.fromEntries(
      Object.entries(conditions).map(([key, values]) => [`route53:ChangeResourceRecordSets${key}`, values]),
    ),
  }),
];
const Actions = ['CREATE', 'DELETE', 'UPSERT'];
const name = (recordName: string) => ({ NormalizedRecordNames: [recordName], RecordTypes: ['A', 'AAAA'], Actions });

/** Route 53 chooses the ids of health checks and changes. */
const clearsAway = allow(
  ['route53:ChangeTagsForResource', 'route53:DeleteHealthCheck', 'route53:GetChange'],
  ['arn:aws:route53:::change/*', 'arn:aws:route53:::healthcheck/*'],
);
const looks = ['autoscaling:DescribeAutoScalingGroups', 'autoscaling:DescribeWarmPool'];

test('the roles of elastic fleets hold exactly these permissions', () => {
  const ours = Object.entries(granted).filter(([role]) => /^(Pool|Public|Private)/.test(role));

  expect(Object.fromEntries(ours)).toEqual({
    PoolRole: proxies('Pool', 'PoolFunction'),
    PoolFunctionRole: [
      writeLogs('PoolFunctionLogs'),
      allow([...looks, 'ec2:DescribeAddresses'], ['*']),
      ends('Pool'),
      // It can take an address from nobody: neither disassociate nor release one.
      allow(
        ['ec2:AssociateAddress'],
        [`${EC2}:elastic-ip/*`, `${EC2}:instance/*`, `${EC2}:network-interface/*`],
        ofFleet('Pool'),
      ),
    ],
    PublicRole: proxies('Public', 'PublicRecordsFunction'),
    PublicRecordsFunctionRole: [
      writeLogs('PublicRecordsFunctionLogs'),
      allow(['dynamodb:UpdateItem'], ['PublicRecordsTable.Arn']),
      allow([...looks, 'ec2:DescribeInstances', 'route53:CreateHealthCheck', 'route53:ListHealthChecks'], ['*']),
      ends('Public'),
      clearsAway,
      ...changes('Zone', name('api.example.com')),
    ],
    PrivateRole: proxies('Private', 'PrivateRecordsFunction'),
    PrivateRecordsProbes1Role: observer('PrivateRecordsProbes1'),
    PrivateRecordsProbes2Role: observer('PrivateRecordsProbes2'),
    PrivateRecordsFunctionRole: [
      writeLogs('PrivateRecordsFunctionLogs'),
      allow(['dynamodb:UpdateItem'], ['PrivateRecordsTable.Arn']),
      allow([...looks, 'ec2:DescribeInstances', 'route53:ListHealthChecks'], ['*']),
      ends('Private'),
      clearsAway,
      allow(
        ['lambda:InvokeFunction'],
        ['PrivateRecordsProbes1.Arn', 'PrivateRecordsProbes2.Arn', 'PrivateRecordsProbes1.Arn:*', 'PrivateRecordsProbes2.Arn:*'],
      ),
      ...changes('Inner', name('orders.inner.example.com')),
    ],
    PrivateTargetRecordsFunctionRole: [
      writeLogs('PrivateTargetRecordsFunctionLogs'),
      allow(['autoscaling:DescribeAutoScalingGroups', 'ec2:DescribeInstances'], ['*']),
      ...changes('PrivateTargetRecordsZone', { RecordTypes: ['A', 'SOA'], Actions }),
    ],
  });
});
