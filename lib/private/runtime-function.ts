import { join } from 'node:path';
import type { Duration } from 'aws-cdk-lib';
import { RemovalPolicy } from 'aws-cdk-lib';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';

/** The bundles, made by the build; the path is the same from `lib/private` and from `dist/private`. */
const HANDLERS = join(__dirname, '..', '..', 'assets', 'handlers');

/** What a function of this library needs to be told. */
export interface RuntimeFunctionProps {
  /** Folder of the bundle. */
  readonly handler: 'address-pool' | 'instance-records' | 'target-records' | 'takeover' | 'probe' | 'lifecycle';
  readonly description: string;
  readonly timeout: Duration;
  readonly environment?: Record<string, string>;
  readonly logRetention?: logs.RetentionDays;
  /** Where a function inside the VPC lives; its code may then call no AWS API at all. */
  readonly network?: { readonly vpc: ec2.IVpc; readonly subnet: ec2.ISubnet; readonly securityGroup: ec2.ISecurityGroup };
}

/** A function of this library: bundled code, a role that begins with nothing but its own log group, and a log that ends. */
export class RuntimeFunction extends Construct {
  public readonly function: lambda.Function;

  constructor(scope: Construct, id: string, props: RuntimeFunctionProps) {
    super(scope, id);
    const logGroup = new logs.LogGroup(this, 'Logs', {
      retention: props.logRetention ?? logs.RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new iam.Role(this, 'Role', {
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
      description: props.description,
    });
    logGroup.grantWrite(role);
    if (props.network) allowNetwork(role);
    this.function = new lambda.Function(this, 'Resource', {
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      code: lambda.Code.fromAsset(join(HANDLERS, props.handler)),
      handler: 'index.handler',
      memorySize: 512,
      description: props.description,
      timeout: props.timeout,
      environment: props.environment,
      role,
      logGroup,
      loggingFormat: lambda.LoggingFormat.JSON,
      ...(props.network && {
        vpc: props.network.vpc,
        vpcSubnets: { subnets: [props.network.subnet] },
        securityGroups: [props.network.securityGroup],
        // It talks to the proxies' private addresses only and needs no way out.
        allowPublicSubnet: true,
      }),
    });
  }
}

/**
 * Lambda uses the function's role to make the interfaces of the function, so the role must hold these permissions; the code must not
 * have them. Calls by the code carry the function's ARN, and so do the ones that write its log: everything else with that ARN is
 * denied. Lambda's own calls for interfaces carry none.
 *
 * Source: Lambda developer guide, "Working with Lambda permissions in a VPC" and "Using source function ARN".
 */
function allowNetwork(role: iam.Role): void {
  role.addToPolicy(
    new iam.PolicyStatement({
      actions: [
        'ec2:CreateNetworkInterface',
        'ec2:DescribeNetworkInterfaces',
        'ec2:DescribeSubnets',
        'ec2:DeleteNetworkInterface',
      ],
      // The interfaces do not exist yet, and Lambda chooses their ids.
      resources: ['*'],
    }),
  );
  role.addToPolicy(
    new iam.PolicyStatement({
      effect: iam.Effect.DENY,
      notActions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      // The code of a probe needs no AWS API.
      resources: ['*'],
      conditions: { Null: { 'lambda:SourceFunctionArn': 'false' } },
    }),
  );
}
