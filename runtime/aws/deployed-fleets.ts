/**
 * Finds the fleets of a deployed stack that have virtual IPs: the takeover functions among its resources, each of which is told of
 * its fleet in its environment. Nested stacks are part of their stack.
 *
 * Gotcha: a stack may hold functions of others, which an operator of the fleet need not be allowed to see. They are passed over,
 * unless nothing is found without them.
 */
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { type EnvironmentResponse, GetFunctionConfigurationCommand, InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { ENV, type FleetTopology, type RuntimeRole } from '../../lib/private/takeover-contract';
import type { OperatorPorts } from '../ports';
import { CLIENT_OPTIONS } from './client-options';
import { dynamoTakeoverStore } from './dynamo-takeover-store';
import { ec2Addresses } from './ec2-addresses';
import { lambdaProber } from './lambda-prober';
import { stackResources } from './stack-resources';
import { systemClock } from './system-clock';

/** Lambda answers few such questions a second. */
const AT_A_TIME = 5;

const ROLE: RuntimeRole = 'takeover';

export interface DeployedFleet {
  /** The takeover function. */
  readonly functionName: string;
  readonly table: string;
  /** JSON of the topology, as the function is told it. */
  readonly topology: string;
}

export class DeployedFleets {
  constructor(
    private readonly cloudFormation: CloudFormationClient,
    private readonly lambda: LambdaClient,
  ) {}

  async of(stack: string): Promise<DeployedFleet[]> {
    const functions = await stackResources(this.cloudFormation, stack, 'AWS::Lambda::Function');
    const found: DeployedFleet[] = [];
    let denied: unknown;
    for (let first = 0; first < functions.length; first += AT_A_TIME) {
      const batch = functions.slice(first, first + AT_A_TIME);
      const answers = await Promise.allSettled(batch.map((name) => this.fleetOf(name)));
      for (const answer of answers) {
        if (answer.status === 'fulfilled') found.push(...answer.value);
        else if (isAboutOne(answer.reason)) denied ??= answer.reason;
        else throw answer.reason;
      }
    }
    if (found.length === 0 && denied !== undefined) throw denied;
    return found;
  }

  private async fleetOf(functionName: string): Promise<DeployedFleet[]> {
    const { Environment } = await this.lambda.send(new GetFunctionConfigurationCommand({ FunctionName: functionName }));
    const { [ENV.role]: role, [ENV.topology]: topology, [ENV.table]: table } = variablesOf(Environment);
    return role === ROLE && topology && table ? [{ functionName, topology, table }] : [];
  }
}

/** Encrypted with a key that the operator may not use, they are missing, and the answer says so. */
function variablesOf(environment: EnvironmentResponse | undefined): Record<string, string> {
  const { ErrorCode: code, Message: message } = environment?.Error ?? {};
  if (code !== undefined) throw Object.assign(new Error(message), { name: code });
  return environment?.Variables ?? {};
}

/** Somebody else's function, or one that is gone. */
function isAboutOne(error: unknown): boolean {
  return error instanceof Error && /^(AccessDenied|ResourceNotFound)/.test(error.name);
}

export function deployedFleets(): DeployedFleets {
  return new DeployedFleets(new CloudFormationClient(CLIENT_OPTIONS), new LambdaClient(CLIENT_OPTIONS));
}

/** The ports of an operator of a fleet, under the operator's own permissions. */
export function operatorPorts({ functionName, table }: DeployedFleet, { probes }: FleetTopology): OperatorPorts {
  const addresses = ec2Addresses();
  const lambda = new LambdaClient(CLIENT_OPTIONS);
  return {
    view: addresses,
    plane: addresses,
    prober: lambdaProber(probes),
    store: dynamoTakeoverStore(table),
    clock: systemClock,
    // The table names who wrote last; nothing else is to be said here.
    log: { write: () => undefined },
    hint: async () => {
      await lambda.send(
        new InvokeCommand({ FunctionName: functionName, InvocationType: 'Event', Payload: '{"source":"operator"}' }),
      );
    },
  };
}
