/**
 * What cdk-nag's AwsSolutions pack finds in the demo and what is right all the same. An entry that matches nothing fails the test,
 * and so does a finding without an entry.
 */
export interface Acknowledgement {
  /** Rule, with the finding in brackets as cdk-nag writes it. */
  readonly rule: string;
  /** Construct paths below the stack; '*' stands for any text. */
  readonly paths: string[];
  readonly reason: string;
}

const RUNNERS = ['Edge/Takeover/Function/Role/DefaultPolicy/Resource', 'Edge/Takeover/Lifecycle/Role/DefaultPolicy/Resource'];

export const NAG_ACKNOWLEDGEMENTS: Acknowledgement[] = [
  {
    rule: 'AwsSolutions-IAM5[Resource::*]',
    paths: ['Edge/Role/DefaultPolicy/Resource'],
    reason: "Session Manager's actions know no resources (service authorization reference)",
  },
  {
    rule: 'AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:autoscaling:<AWS::Region>:<AWS::AccountId>:autoScalingGroup:*:autoScalingGroupName/*]',
    paths: ['Edge/Role/DefaultPolicy/Resource'],
    reason: "the groups know the role, so it cannot name them: the statement is narrowed by the fleet's tag instead",
  },
  {
    rule: 'AwsSolutions-IAM5[Resource::*]',
    paths: ['Edge/Takeover/Probes/*/Role/DefaultPolicy/Resource'],
    reason:
      'Lambda makes the interfaces of a function under its role and chooses their ids; the code of the probe is denied every action',
  },
  {
    rule: 'AwsSolutions-IAM5[Resource::*]',
    paths: RUNNERS,
    reason: 'DescribeAddresses and DescribeNetworkInterfaces know no resources; what changes anything names its resources',
  },
  {
    rule: 'AwsSolutions-IAM5[Resource::<EdgeTakeoverProbes*.Arn>:*]',
    paths: RUNNERS,
    reason: 'versions and aliases of the three probe functions, as every grantInvoke() of CDK writes it',
  },
  {
    rule: 'AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:ec2:<AWS::Region>:<AWS::AccountId>:instance/*]',
    paths: RUNNERS,
    reason: "instances come and go, so the statement is narrowed by the fleet's tag instead of by id",
  },
  {
    rule: 'AwsSolutions-EC23',
    paths: ['Edge/SecurityGroup/Resource', 'Edge/HealthSecurityGroup/Resource'],
    reason:
      'a public proxy serves everybody, which also keeps its connections untracked; health checkers ask from hundreds of addresses, and the answer is one word',
  },
  {
    rule: 'AwsSolutions-AS3',
    paths: ['Edge/Slots/*/Group/ASG'],
    reason:
      'the takeover function learns of launches and terminations through EventBridge; a topic is for the owner of the stack to add',
  },
  {
    rule: 'AwsSolutions-DDB3',
    paths: ['Edge/Takeover/Table/Resource'],
    reason:
      "a lost table loses operators' orders, the history of moves and tombstones; the next run looks for itself, and orders have an end",
  },
  {
    rule: 'AwsSolutions-VPC7',
    paths: ['Vpc/Resource'],
    reason: 'the network of a demo that is deployed for an hour; flow logs belong to the owner of a real one',
  },
  {
    rule: 'AwsSolutions-EC28',
    paths: ['Targets/*/Resource'],
    reason: 'two stand-ins for services, which do nothing but say their name',
  },
  {
    rule: 'AwsSolutions-EC29',
    paths: ['Targets/*/Resource'],
    reason: 'stand-ins for services without any state, meant to go with the stack',
  },
];
