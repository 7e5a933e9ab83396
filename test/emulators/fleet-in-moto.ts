/** What a takeover function finds in its account, made through the APIs in a second, and no stack around it. */
import { CreateTableCommand, DynamoDBClient, GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import {
  AllocateAddressCommand,
  AttachNetworkInterfaceCommand,
  CreateNetworkInterfaceCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  DescribeAddressesCommand,
  EC2Client,
  RunInstancesCommand,
} from '@aws-sdk/client-ec2';
import type { FleetTopology } from '../../lib/private/takeover-contract';
import type { TakeoverState } from '../../runtime/core/model';
import { type Moto, REGION } from './moto';

const ZONES = ['a', 'b', 'c'].map((letter) => `${REGION}${letter}`);

/** An image that moto knows. */
const IMAGE = 'ami-12c6146b';

const KEY = { id: { S: 'fleet' } };

export interface FleetSlot {
  readonly slot: string;
  readonly zone: string;
  readonly interfaceId: string;
  /** The secondary address, where the virtual IP can sit. */
  readonly address: string;
}

/** What the table holds. */
export interface TableItem {
  readonly epoch: number;
  readonly state: Partial<TakeoverState>;
}

/** Three slots in three zones, one virtual IP and a table. */
export class FleetInMoto {
  static async make(moto: Moto, name: string): Promise<FleetInMoto> {
    const options = { endpoint: moto.endpoint, region: REGION, credentials: { accessKeyId: 'test', secretAccessKey: 'test' } };
    const ec2 = new EC2Client(options);
    const dynamo = new DynamoDBClient(options);
    const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16' }));
    const slots = await Promise.all(ZONES.map((zone, index) => makeSlot(ec2, Vpc?.VpcId, zone, index)));
    const { AllocationId = '' } = await ec2.send(new AllocateAddressCommand({ Domain: 'vpc' }));
    await dynamo.send(
      new CreateTableCommand({
        TableName: name,
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      }),
    );
    return new FleetInMoto(ec2, dynamo, name, slots, AllocationId);
  }

  readonly topology: FleetTopology;

  private constructor(
    private readonly ec2: EC2Client,
    private readonly dynamo: DynamoDBClient,
    /** Name of the fleet and of its table. */
    readonly name: string,
    readonly slots: readonly FleetSlot[],
    readonly allocationId: string,
  ) {
    this.topology = {
      fleet: name,
      slots: slots.map(({ slot, zone, interfaceId }) => ({ slot, zone, interfaceId })),
      virtualIps: [{ name: 'www', allocationId, home: '1' }],
      probes: slots.map(({ zone }) => ({ zone, functionName: `${name}-probe-${zone}` })),
    };
  }

  stop(): void {
    this.ec2.destroy();
    this.dynamo.destroy();
  }

  /** The interface on which moto has the virtual IP. */
  async interfaceInMoto(): Promise<string | undefined> {
    const { Addresses } = await this.ec2.send(new DescribeAddressesCommand({ AllocationIds: [this.allocationId] }));
    return Addresses?.[0]?.NetworkInterfaceId;
  }

  async item(): Promise<TableItem> {
    const { Item } = await this.dynamo.send(new GetItemCommand({ TableName: this.name, Key: KEY, ConsistentRead: true }));
    return { epoch: Number(Item?.epoch?.N ?? 0), state: JSON.parse(Item?.state?.S ?? '{}') as Partial<TakeoverState> };
  }

  /** Puts a state into the table, as if it had always been there: the epoch stays. */
  async write(state: Partial<TakeoverState>): Promise<void> {
    await this.dynamo.send(
      new UpdateItemCommand({
        TableName: this.name,
        Key: KEY,
        UpdateExpression: 'SET #state = :state ADD epoch :none',
        ExpressionAttributeNames: { '#state': 'state' },
        ExpressionAttributeValues: { ':state': { S: JSON.stringify(state) }, ':none': { N: '0' } },
      }),
    );
  }
}

async function makeSlot(ec2: EC2Client, vpc: string | undefined, zone: string, index: number): Promise<FleetSlot> {
  const { Subnet } = await ec2.send(
    new CreateSubnetCommand({ VpcId: vpc, CidrBlock: `10.0.${index}.0/24`, AvailabilityZone: zone }),
  );
  const address = `10.0.${index}.200`;
  const { NetworkInterface } = await ec2.send(
    new CreateNetworkInterfaceCommand({
      SubnetId: Subnet?.SubnetId,
      PrivateIpAddresses: [
        { PrivateIpAddress: `10.0.${index}.100`, Primary: true },
        { PrivateIpAddress: address, Primary: false },
      ],
    }),
  );
  const { Instances } = await ec2.send(
    new RunInstancesCommand({ ImageId: IMAGE, MinCount: 1, MaxCount: 1, SubnetId: Subnet?.SubnetId }),
  );
  const interfaceId = NetworkInterface?.NetworkInterfaceId ?? '';
  await ec2.send(
    new AttachNetworkInterfaceCommand({
      NetworkInterfaceId: interfaceId,
      InstanceId: Instances?.[0]?.InstanceId,
      DeviceIndex: 1,
    }),
  );
  return { slot: String(index + 1), zone, interfaceId, address };
}
