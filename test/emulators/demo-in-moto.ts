/** The demo in a moto of its own, put there by the real command line. */
import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { AutoScalingClient, DescribeAutoScalingGroupsCommand } from '@aws-sdk/client-auto-scaling';
import { type Address, DescribeAddressesCommand, EC2Client } from '@aws-sdk/client-ec2';
import { LambdaClient, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { ENV, type FleetTopology } from '../../lib/private/takeover-contract';
import { DEMO_STACK, ROOT, synthesizeDemo } from '../templates/synth';
import { ACCOUNT, type Moto, REGION, startMoto } from './moto';
import { withPorts } from './moto-gaps';
import { TAKEN_OUT, withoutResources } from './without-resources';

/** How the descriptions of the functions begin. */
const DESCRIPTIONS = { takeover: 'Keeps the virtual IPs of', lifecycle: 'Primes and lets go the virtual IPs of' };

export class DemoInMoto {
  /** Starts moto, bootstraps it and deploys the demo, but for the types that are taken out. */
  static async deploy(directory: string, timeoutMs: number): Promise<DemoInMoto> {
    const home = join(directory, 'moto');
    mkdirSync(home);
    const moto = await startMoto(home);
    const cdk = (...args: string[]) =>
      promisify(execFile)(join(ROOT, 'node_modules', '.bin', 'cdk'), ['--no-notices', ...args], {
        cwd: home,
        env: moto.environment,
        timeout: timeoutMs,
      });
    try {
      const assembly = synthesizeForMoto(join(directory, 'assembly'));
      const results = join(directory, 'outputs.json');
      await cdk('bootstrap', `aws://${ACCOUNT}/${REGION}`);
      // Through a change set moto would lose the outputs.
      await cdk(
        'deploy',
        DEMO_STACK,
        '--app',
        assembly,
        '--method=direct',
        '--require-approval=never',
        '--outputs-file',
        results,
      );
      const outputs = JSON.parse(readFileSync(results, 'utf8')) as Record<string, Record<string, string>>;
      return new DemoInMoto(moto, outputs[DEMO_STACK] ?? {});
    } catch (error) {
      await moto.stop();
      throw error;
    }
  }

  readonly clientOptions: { endpoint: string; region: string; credentials: { accessKeyId: string; secretAccessKey: string } };
  readonly ec2: EC2Client;

  private constructor(
    readonly moto: Moto,
    /** Outputs of the stack. */
    readonly outputs: Record<string, string>,
  ) {
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    this.clientOptions = { endpoint: moto.endpoint, region: REGION, credentials };
    this.ec2 = new EC2Client(this.clientOptions);
  }

  async stop(): Promise<void> {
    this.ec2.destroy();
    await this.moto.stop();
  }

  async addresses(): Promise<Address[]> {
    return (await this.ec2.send(new DescribeAddressesCommand({}))).Addresses ?? [];
  }

  /** Environment of the one deployed function of this kind. */
  async environmentOf(kind: keyof typeof DESCRIPTIONS): Promise<Record<string, string>> {
    const { Functions = [] } = await new LambdaClient(this.clientOptions).send(new ListFunctionsCommand({}));
    const found = Functions.filter(({ Description }) => Description?.startsWith(DESCRIPTIONS[kind]));
    if (found.length !== 1) throw new Error(`the demo must have one ${kind} function, got ${found.length}`);
    return found[0]?.Environment?.Variables ?? {};
  }

  async topology(): Promise<FleetTopology> {
    const { [ENV.topology]: topology = '' } = await this.environmentOf('takeover');
    return JSON.parse(topology) as FleetTopology;
  }

  /** Instances of every auto scaling group, by the group's name. */
  async instancesByGroup(): Promise<Map<string, { instanceId: string; zone: string }[]>> {
    const { AutoScalingGroups = [] } = await new AutoScalingClient(this.clientOptions).send(
      new DescribeAutoScalingGroupsCommand({}),
    );
    return new Map(
      AutoScalingGroups.map(({ AutoScalingGroupName = '', Instances = [] }) => [
        AutoScalingGroupName,
        Instances.map(({ InstanceId = '', AvailabilityZone = '' }) => ({ instanceId: InstanceId, zone: AvailabilityZone })),
      ]),
    );
  }
}

function synthesizeForMoto(directory: string): string {
  const { file, template } = synthesizeDemo(directory);
  writeFileSync(file, JSON.stringify(withPorts(withoutResources(template, Object.keys(TAKEN_OUT)))));
  return directory;
}
