/** Every permission that the constructs hand out, word by word: whoever adds one has to come here and say so. */
import { referenceOf } from '../../rehearsal/template/evaluate';
import { resourcesOf } from '../../rehearsal/template/resources';
import {
  allow,
  covers,
  observer,
  plainId,
  REACHED_BY_SESSION_MANAGER,
  READS_ASSETS,
  statementsByRole,
  writeLogs,
} from './permissions';
import { synthesizeDemo, temporaryDirectory } from './synth';

const { template } = synthesizeDemo(temporaryDirectory());
const granted = statementsByRole(template);

/** `evaluate()` stands these in for the Region and the account. */
const EC2 = 'arn:aws:ec2:us-east-1:000000000000';
const FLEET_TAG = { StringEquals: { 'aws:ResourceTag/proxy-fleet': 'ProxyFleetDemo/ProxyFleetDemoEdge66320262' } };
const PROBES = ['1', '2', '3'].map((number) => `EdgeTakeoverProbes${number}.Arn`);

const places = (action: string, allocation: string) =>
  allow(
    [action],
    [
      `${EC2}:elastic-ip/${allocation}`,
      `${EC2}:network-interface/EdgeSlots1Interface`,
      `${EC2}:network-interface/EdgeSlots2Interface`,
      `${EC2}:network-interface/EdgeSlots3Interface`,
    ],
  );

const instances = (actions: string[]) => allow(actions, [`${EC2}:instance/*`], FLEET_TAG);

const runner = (name: string) => [
  writeLogs(`${name}Logs`),
  allow(['dynamodb:GetItem', 'dynamodb:UpdateItem'], ['EdgeTakeoverTable.Arn']),
  allow(['lambda:InvokeFunction'], [...PROBES, ...PROBES.map((arn) => `${arn}:*`)]),
  allow(['ec2:DescribeAddresses', 'ec2:DescribeNetworkInterfaces'], ['*']),
  allow(['events:PutEvents'], ['arn:aws:events:us-east-1:000000000000:event-bus/default'], {
    StringEquals: { 'events:source': 'proxy-fleet' },
  }),
];

test('the roles of the constructs hold exactly these permissions', () => {
  const ours = Object.entries(granted).filter(([role]) => role.startsWith('Edge') || role.startsWith('Vip'));

  expect(Object.fromEntries(ours)).toEqual({
    EdgeRole: [
      REACHED_BY_SESSION_MANAGER,
      READS_ASSETS,
      allow(['cloudformation:SignalResource'], ['stack-id']),
      // A stolen role can have the fleet's own instances replaced, and end their group's waiting for them.
      allow(
        ['autoscaling:CompleteLifecycleAction', 'autoscaling:RecordLifecycleActionHeartbeat', 'autoscaling:SetInstanceHealth'],
        ['arn:aws:autoscaling:us-east-1:000000000000:autoScalingGroup:*:autoScalingGroupName/*'],
        FLEET_TAG,
      ),
      allow(['cloudformation:DescribeStackResource'], ['stack-id']),
      // All that a stolen role of a proxy can do to a virtual IP is to ask for a look.
      allow(['lambda:InvokeFunction'], ['EdgeTakeoverFunction.Arn']),
    ],
    EdgeTakeoverProbes1Role: observer('EdgeTakeoverProbes1'),
    EdgeTakeoverProbes2Role: observer('EdgeTakeoverProbes2'),
    EdgeTakeoverProbes3Role: observer('EdgeTakeoverProbes3'),
    EdgeTakeoverFunctionRole: [
      ...runner('EdgeTakeoverFunction'),
      places('ec2:AssociateAddress', 'VipAddress.AllocationId'),
      instances(['ec2:AssociateAddress']),
    ],
    EdgeTakeoverLifecycleRole: [
      ...runner('EdgeTakeoverLifecycle'),
      // Any address: one that has left the stack has left this policy by the time it is let go.
      places('ec2:DisassociateAddress', '*'),
      instances(['ec2:AssociateAddress', 'ec2:DisassociateAddress']),
      places('ec2:AssociateAddress', 'VipAddress.AllocationId'),
    ],
  });
});

test('the roles of the demo itself hold none', () => {
  const others = Object.entries(granted).filter(([role]) => !role.startsWith('Edge') && !role.startsWith('Vip'));
  expect(others).toEqual([
    ['Targets1InstanceRole', []],
    ['Targets2InstanceRole', []],
  ]);
});

test('no role has a managed policy', () => {
  expect(resourcesOf(template, 'AWS::IAM::ManagedPolicy')).toEqual([]);
  for (const [, { Properties }] of resourcesOf(template, 'AWS::IAM::Role')) {
    expect(Properties).not.toHaveProperty('ManagedPolicyArns');
  }
});

test('every resource is meant only by actions that know no resources, or that Lambda itself needs', () => {
  const allowed = Object.values(granted).flatMap((statements) =>
    statements.filter(({ effect, resources }) => effect === 'Allow' && resources.includes('*')).flatMap(({ actions }) => actions),
  );

  expect([...new Set(allowed)].sort()).toEqual([
    'ec2:CreateNetworkInterface',
    'ec2:DeleteNetworkInterface',
    'ec2:DescribeAddresses',
    'ec2:DescribeNetworkInterfaces',
    'ec2:DescribeSubnets',
    'ssm:UpdateInstanceInformation',
    'ssmmessages:CreateControlChannel',
    'ssmmessages:CreateDataChannel',
    'ssmmessages:OpenControlChannel',
    'ssmmessages:OpenDataChannel',
  ]);
});

test('no role is assumed by anyone but the service that runs it', () => {
  const trust = Object.fromEntries(
    resourcesOf(template, 'AWS::IAM::Role').map(([id, { Properties }]) => [plainId(id), Properties?.AssumeRolePolicyDocument]),
  );
  for (const [role, document] of Object.entries(trust)) {
    const service = role.startsWith('EdgeTakeover') ? 'lambda.amazonaws.com' : 'ec2.amazonaws.com';
    expect(document).toMatchObject({ Statement: [{ Action: 'sts:AssumeRole', Principal: { Service: service } }] });
  }
});

/** True when a role may do something to anything at all. */
const may = (role: string, action: string) =>
  Object.entries(granted).some(
    ([id, statements]) =>
      id === role &&
      statements.some(({ effect, actions }) => effect === 'Allow' && actions.some((pattern) => covers(pattern, action))),
  );

test('the takeover function can associate an address, and neither disassociate, allocate nor release one', () => {
  const verbs = ['Associate', 'Disassociate', 'Allocate', 'Release'];
  expect(verbs.filter((verb) => may('EdgeTakeoverFunctionRole', `ec2:${verb}Address`))).toEqual(['Associate']);
});

test('only the lifecycle function can disassociate an address', () => {
  expect(Object.keys(granted).filter((role) => may(role, 'ec2:DisassociateAddress'))).toEqual(['EdgeTakeoverLifecycleRole']);
});

test('nobody in the stack may invoke the lifecycle function', () => {
  const lifecycle = resourcesOf(template, 'AWS::Lambda::Function').find(([id]) => plainId(id) === 'EdgeTakeoverLifecycle');
  const invokable = resourcesOf(template, 'AWS::Lambda::Permission').map(([, { Properties }]) =>
    referenceOf(Properties?.FunctionName),
  );
  const statements = Object.values(granted).flat();
  const invoking = statements.filter(
    ({ effect, actions }) => effect === 'Allow' && actions.some((pattern) => covers(pattern, 'lambda:InvokeFunction')),
  );

  expect(lifecycle).toBeDefined();
  expect(invokable.map((id) => plainId(id ?? ''))).toEqual(['EdgeTakeoverFunction', 'EdgeTakeoverFunction']);
  expect(invoking.length).toBeGreaterThan(0);
  for (const { resources } of invoking) {
    expect(resources.filter((resource) => covers(resource, 'EdgeTakeoverLifecycle.Arn'))).toEqual([]);
  }
});

test('the code of a probe is denied everything but its log, whatever its role may do for Lambda', () => {
  for (const [id, { Properties }] of resourcesOf(template, 'AWS::Lambda::Function')) {
    const role = plainId(referenceOf(Properties?.Role) ?? '');
    const denied = (granted[role] ?? []).filter(({ effect }) => effect === 'Deny');
    expect(denied.length).toBe(plainId(id).startsWith('EdgeTakeoverProbes') ? 1 : 0);
    expect(Properties?.VpcConfig !== undefined).toBe(denied.length === 1);
    for (const { notActions } of denied) {
      const left = (granted[role] ?? []).filter(({ effect }) => effect === 'Allow').flatMap(({ actions }) => actions);
      expect(left.filter((action) => notActions?.includes(action))).toEqual(['logs:CreateLogStream', 'logs:PutLogEvents']);
    }
  }
});
