/** CloudFormation, EC2 Auto Scaling and Systems Manager on loopback, as far as `proxy-fleet drain` asks them. */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface FakeGroup {
  readonly name: string;
  /** Value of the tag of a slot; without, it is somebody else's group. */
  readonly slot?: string;
  /** Value of the tag of an elastic fleet. */
  readonly elastic?: string;
  readonly instances: { readonly id: string; readonly state: string }[];
}

/** How a command is at one look after another; the last one stays. */
export interface FakeLook {
  readonly status: string;
  readonly output?: string;
  readonly errors?: string;
}

const XMLNS = 'xmlns="http://example.com/doc/"';

export class FakeAws {
  static async start(): Promise<FakeAws> {
    const aws = new FakeAws();
    await new Promise<void>((resolve) => aws.server.listen(0, '127.0.0.1', resolve));
    return aws;
  }

  groups: FakeGroup[] = [];
  looks: FakeLook[] = [];
  /** Error with which a command is refused. */
  refusal?: string;
  /** Commands that were sent, as the service got them. */
  readonly sent: Record<string, unknown>[] = [];
  private readonly server = createServer(async (incoming, response) => {
    const body = await bodyOf(incoming);
    const target = String(incoming.headers['x-amz-target'] ?? '');
    if (target.startsWith('AmazonSSM.')) {
      const { status, document } = this.systemsManager(target.slice(10), JSON.parse(body));
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(document));
      return;
    }
    const action = new URLSearchParams(body).get('Action');
    response.writeHead(200, { 'content-type': 'text/xml' });
    response.end(action === 'ListStackResources' ? this.stackResources() : this.autoScalingGroups());
  });

  private constructor() {}

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private stackResources(): string {
    const members = this.groups.map(
      ({ name }) =>
        `<member><ResourceType>AWS::AutoScaling::AutoScalingGroup</ResourceType><PhysicalResourceId>${name}</PhysicalResourceId>` +
        '<ResourceStatus>CREATE_COMPLETE</ResourceStatus></member>',
    );
    return `<ListStackResourcesResponse ${XMLNS}><ListStackResourcesResult><StackResourceSummaries>${members.join('')}</StackResourceSummaries></ListStackResourcesResult></ListStackResourcesResponse>`;
  }

  private autoScalingGroups(): string {
    const members = this.groups.map(({ name, slot, elastic, instances }) => {
      const tag = Object.entries({ 'proxy-fleet-slot': slot, 'proxy-fleet-elastic': elastic })
        .map(([key, value]) => (value === undefined ? '' : `<member><Key>${key}</Key><Value>${value}</Value></member>`))
        .join('');
      const listed = instances.map(
        ({ id, state }) => `<member><InstanceId>${id}</InstanceId><LifecycleState>${state}</LifecycleState></member>`,
      );
      return `<member><AutoScalingGroupName>${name}</AutoScalingGroupName><Tags>${tag}</Tags><Instances>${listed.join('')}</Instances></member>`;
    });
    return `<DescribeAutoScalingGroupsResponse ${XMLNS}><DescribeAutoScalingGroupsResult><AutoScalingGroups>${members.join('')}</AutoScalingGroups></DescribeAutoScalingGroupsResult></DescribeAutoScalingGroupsResponse>`;
  }

  private systemsManager(action: string, request: Record<string, unknown>): { status: number; document: unknown } {
    if (action === 'SendCommand') {
      if (this.refusal) return { status: 400, document: { __type: this.refusal } };
      this.sent.push(request);
      return { status: 200, document: { Command: { CommandId: 'command-1' } } };
    }
    const look = this.looks.length > 1 ? this.looks.shift() : this.looks[0];
    if (!look) return { status: 400, document: { __type: 'InvocationDoesNotExist' } };
    const document = {
      StatusDetails: look.status,
      StandardOutputContent: look.output ?? '',
      StandardErrorContent: look.errors ?? '',
    };
    return { status: 200, document };
  }
}

async function bodyOf(incoming: IncomingMessage): Promise<string> {
  let body = '';
  for await (const part of incoming.setEncoding('utf8')) body += part;
  return body;
}
