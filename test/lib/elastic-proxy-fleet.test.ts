import { Duration, RemovalPolicy, Token } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import {
  ElasticAddressing,
  ElasticProxyFleet,
  type ElasticProxyFleetProps,
  IpAddressType,
  MultivalueEndpoint,
  ProxyTargets,
} from 'cdk-proxy-fleet';
import { network, userDataOf, warningsOf, zoneOf } from './fixture';

function elasticFleet(props: Partial<ElasticProxyFleetProps> = {}) {
  const { stack, vpc } = network(3);
  const fleet = new ElasticProxyFleet(stack, 'Edge', { vpc, minCapacity: 2, maxCapacity: 4, ...props });
  fleet.addListener('Http', { port: 80 }).addTargets('App', { targets: ProxyTargets.ipAddresses(['10.0.0.5']), port: 8080 });
  return { stack, fleet };
}

/** Ids of the resources of a type. */
const idsOf = (template: Template, type: string) => Object.keys(template.findResources(type));

describe('the group', () => {
  const { stack, fleet } = elasticFleet({ maxInstanceLifetime: Duration.days(7) });
  new MultivalueEndpoint(stack, 'Www', { zone: zoneOf(stack), addresses: fleet });
  const template = Template.fromStack(stack);
  const [group] = Object.values(template.findResources('AWS::AutoScaling::AutoScalingGroup'));

  test('lies across all zones, between its bounds', () => {
    expect(group?.Properties).toMatchObject({ MinSize: '2', MaxSize: '4', MaxInstanceLifetime: 604_800 });
    expect(group?.Properties.VPCZoneIdentifier).toHaveLength(3);
  });

  test('makes its first instances wait, too, and gives up those that never get an address', () => {
    // Detection 48 s, propagation 10 s and TTL 60 s; 240 s for all other steps.
    expect(group?.Properties.LifecycleHookSpecificationList).toEqual([
      {
        LifecycleHookName: 'publish',
        LifecycleTransition: 'autoscaling:EC2_INSTANCE_LAUNCHING',
        DefaultResult: 'ABANDON',
        HeartbeatTimeout: 1800 + 358,
      },
      {
        LifecycleHookName: 'drain',
        LifecycleTransition: 'autoscaling:EC2_INSTANCE_TERMINATING',
        DefaultResult: 'CONTINUE',
        HeartbeatTimeout: 358,
      },
    ]);
    expect(group?.CreationPolicy).toEqual({ ResourceSignal: { Count: 2, Timeout: 'PT30M' } });
  });

  test('replaces an instance only once a new one is in service, by a refresh when it changes', () => {
    expect(group?.Properties.InstanceMaintenancePolicy).toEqual({ MinHealthyPercentage: 100, MaxHealthyPercentage: 110 });
    // Without percentages of its own a refresh takes those of the maintenance policy.
    expect(group?.UpdatePolicy.AutoScalingInstanceRefresh).toEqual({ Strategy: 'Rolling' });
    expect(group?.UpdatePolicy.AutoScalingRollingUpdate).toBeUndefined();
    expect(group?.Properties.DefaultInstanceWarmup).toBe(358);
  });

  test('comes after what its instances need at once: addresses, function and the permission to ask it', () => {
    const before: string[] = group?.DependsOn;

    expect(before).toEqual(expect.arrayContaining(idsOf(template, 'AWS::EC2::EIP')));
    const functions = Object.entries(template.findResources('AWS::Lambda::Function'));
    expect(before).toEqual(expect.arrayContaining(functions.map(([id]) => id)));
    const policies = Object.entries(template.findResources('AWS::IAM::Policy'));
    const asking = policies.filter(([, { Properties }]) =>
      JSON.stringify(Properties.PolicyDocument).includes('lambda:InvokeFunction'),
    );
    expect(before).toEqual(expect.arrayContaining(asking.map(([id]) => id)));
    expect(asking).toHaveLength(1);
  });

  test('tags instances, disks and interfaces, by which the function knows what is its own', () => {
    const [launch] = Object.values(template.findResources('AWS::EC2::LaunchTemplate'));
    const tags: { ResourceType: string; Tags: { Key: string; Value: string }[] }[] =
      launch?.Properties.LaunchTemplateData.TagSpecifications;
    expect(tags.map(({ ResourceType }) => ResourceType)).toEqual(['instance', 'volume', 'network-interface']);
    for (const { Tags } of tags)
      expect(Tags).toContainEqual({ Key: 'proxy-fleet', Value: expect.stringMatching(/^Test\/TestEdge/) });
    expect(launch?.Properties.LaunchTemplateData.NetworkInterfaces).toEqual([
      expect.objectContaining({
        AssociatePublicIpAddress: true,
        ConnectionTrackingSpecification: { TcpEstablishedTimeout: 350 },
      }),
    ]);
  });
});

describe('the pool', () => {
  test.each([
    [2, 3],
    [4, 5],
    [20, 22],
    [90, 99],
  ])('of a fleet of at most %p has %p addresses', (maxCapacity, size) => {
    const { stack } = elasticFleet({ maxCapacity });

    Template.fromStack(stack).resourceCountIs('AWS::EC2::EIP', size);
  });

  test('has a record and a health check for each address; only the records wait for the group, and until all are judged', () => {
    const { stack, fleet } = elasticFleet();
    new MultivalueEndpoint(stack, 'Www', { zone: zoneOf(stack), addresses: fleet, ttl: Duration.seconds(20) });
    const template = Template.fromStack(stack);
    const [group = ''] = idsOf(template, 'AWS::AutoScaling::AutoScalingGroup');

    const records = Object.values(template.findResources('AWS::Route53::RecordSet'));
    expect(records.map(({ Properties }) => Properties.SetIdentifier)).toEqual(
      [1, 2, 3, 4, 5].map((number) => expect.stringMatching(new RegExp(`-address-${number}$`))),
    );
    const [judged = ''] = idsOf(template, 'Custom::ProxyFleetJudgedAddresses');
    for (const { DependsOn } of records) expect(DependsOn).toEqual(expect.arrayContaining([group, judged]));
    // Detection 48 s, propagation 10 s, and the making of the checks; whatever changes this makes it wait anew.
    template.hasResourceProperties('Custom::ProxyFleetJudgedAddresses', {
      WaitSeconds: '88',
      AllocationIds: [1, 2, 3, 4, 5].map(() => Match.anyValue()),
    });
    const checks = Object.values(template.findResources('AWS::Route53::HealthCheck'));
    expect(checks).toHaveLength(5);
    for (const check of checks) expect(JSON.stringify(check)).not.toContain(group);
  });

  test('keeps its addresses when told to', () => {
    const { stack } = elasticFleet({ removalPolicy: RemovalPolicy.RETAIN });

    Template.fromStack(stack).allResources('AWS::EC2::EIP', { DeletionPolicy: 'Retain' });
  });

  test('tells its function the addresses, and its instances the function', () => {
    const { stack } = elasticFleet();
    const template = Template.fromStack(stack);

    const [[id, { Properties }] = ['', { Properties: {} }]] = Object.entries(template.findResources('AWS::Lambda::Function'));
    const told = JSON.stringify(Properties.Environment.Variables.PROXY_FLEET_POOL);
    for (const address of idsOf(template, 'AWS::EC2::EIP')) expect(told).toContain(address);
    expect(userDataOf(stack)).toContain(`PUBLISH_FUNCTION='{"Ref":"${id}"}'`);
  });

  test('lets its function associate only what carries the tag, take nothing away, and complete only its own groups', () => {
    const { stack } = elasticFleet();
    const policies = Object.values(Template.fromStack(stack).findResources('AWS::IAM::Policy'));
    const statements = policies
      .flatMap(({ Properties }) => Properties.PolicyDocument.Statement)
      .filter(({ Action }) => JSON.stringify(Action).match(/ec2:(?!Describe)|CompleteLifecycleAction/));

    expect(statements.map(({ Action }) => Action)).toContain('ec2:AssociateAddress');
    for (const { Condition } of statements) {
      expect(Condition).toEqual({ StringEquals: { 'aws:ResourceTag/proxy-fleet': expect.stringMatching(/^Test\/TestEdge/) } });
    }
    expect(JSON.stringify(policies)).not.toMatch(/DisassociateAddress|ReleaseAddress|AllocateAddress|route53:/);
  });
});

test('Spot instances are replaced before EC2 takes them back, and what they do not promise is said', () => {
  const { stack } = elasticFleet({ spot: true });

  const template = Template.fromStack(stack);
  template.hasResourceProperties('AWS::AutoScaling::AutoScalingGroup', { CapacityRebalance: true });
  template.hasResourceProperties('AWS::EC2::LaunchTemplate', {
    LaunchTemplateData: { InstanceMarketOptions: { MarketType: 'spot', SpotOptions: { SpotInstanceType: 'one-time' } } },
  });
  expect(warningsOf(stack)).toEqual([expect.stringContaining('takes a Spot instance back two minutes after')]);
});

test('a warm pool may be added, but not one that takes instances back with their addresses', () => {
  const parking = elasticFleet();
  parking.fleet.autoScalingGroup.addWarmPool({ minSize: 1 });
  const reusing = elasticFleet();
  reusing.fleet.autoScalingGroup.addWarmPool({ reuseOnScaleIn: true });

  Template.fromStack(parking.stack).resourceCountIs('AWS::AutoScaling::WarmPool', 1);
  expect(() => Template.fromStack(reusing.stack)).toThrow('a warm pool must not take instances back, got reuseOnScaleIn');
});

test("connections can be scaled by, where CloudWatch's agent counts them", () => {
  const { fleet } = elasticFleet({ cloudWatchAgent: true });

  const metric = fleet.metricConnections();

  expect([metric.metricName, metric.statistic]).toEqual(['netstat_tcp_established', 'Average']);
  expect(() => elasticFleet().fleet.metricConnections()).toThrow(
    "connections are counted by CloudWatch's agent, got a fleet without: set cloudWatchAgent [Test/Edge]",
  );
});

test('alarms and metrics tell of proxies that wait', () => {
  const { stack, fleet } = elasticFleet();

  expect(fleet.addressAlarms).toHaveLength(3);
  expect(stack.resolve(fleet.metricInstancesWithoutAddress().toMetricConfig().metricStat)).toMatchObject({
    metricName: 'InstancesWithoutAddress',
    namespace: 'ProxyFleet',
    dimensions: [{ name: 'Fleet', value: 'Test/Edge' }],
  });
  expect(fleet.metricFreeAddresses().metricName).toBe('FreeAddresses');
});

test('more than eight proxies are told of at synth, and so are more addresses than an account has unasked', () => {
  const { stack } = elasticFleet({ maxCapacity: 9 });

  const infos = Annotations.fromStack(stack).findInfo('*', Match.anyValue());
  expect(infos.map(({ entry }) => entry.data)).toEqual([
    expect.stringContaining('Route 53 answers with 8 of up to 9 healthy proxies'),
  ]);
  expect(warningsOf(stack)).toEqual([expect.stringContaining('more than 5 Elastic IPs')]);
});

describe('bad input is refused with what, got, allowed, do and the path', () => {
  test.each<[Partial<ElasticProxyFleetProps>, string]>([
    [
      { minCapacity: 1 },
      'minCapacity must be a whole number from 2 to 90, got 1: a single proxy would be a single point of failure [Test/Edge]',
    ],
    [{ minCapacity: 5 }, 'maxCapacity must be a whole number from 5 to 90, got 4'],
    [{ maxCapacity: 91 }, 'maxCapacity must be a whole number from 2 to 90, got 91: spread a larger fleet over several names'],
    [{ minCapacity: Token.asNumber({ Ref: 'N' }) }, 'minCapacity must be known at synth, got a token'],
    [{ maxCapacity: Token.asNumber({ Ref: 'N' }) }, 'maxCapacity must be known at synth, got a token'],
    [
      { addressing: ElasticAddressing.elasticIpPool({ size: 4 }) },
      'size of the pool must be a whole number from 5 to 100, got 4: a new proxy needs an address before an old one goes',
    ],
    [
      { addressing: ElasticAddressing.elasticIpPool({ size: Token.asNumber({ Ref: 'N' }) }) },
      'size of the pool must be known at synth',
    ],
    [{ ipAddressType: IpAddressType.DUAL_STACK }, 'ipAddressType must be IPV4 with a pool of Elastic IPs, got DUAL_STACK'],
  ])('%#: %j', (props, message) => {
    expect(() => elasticFleet(props)).toThrow(message);
  });

  test('a fleet without a listener, and one in a single zone', () => {
    const { stack, vpc } = network(2);
    new ElasticProxyFleet(stack, 'Edge', { vpc, minCapacity: 2, maxCapacity: 3 });
    const narrow = network(1);

    expect(() => Template.fromStack(stack)).toThrow('a fleet needs a listener, got none');
    expect(() => new ElasticProxyFleet(narrow.stack, 'Edge', { vpc: narrow.vpc, minCapacity: 2, maxCapacity: 3 })).toThrow(
      'vpcSubnets must lie in at least 2 availability zones, got 1',
    );
  });
});
