/**
 * What stands between a function of an elastic fleet and moto: it plays the one part of EC2 Auto Scaling that moto does not have, groups whose new
 * instances wait in a hook, and passes on everything else.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type EC2Client, RunInstancesCommand } from '@aws-sdk/client-ec2';

/** An image that moto knows. */
const IMAGE = 'ami-12c6146b';
const TAG = /^tag:(.+)$/;

export class GroupFront {
  /** @param route53 who answers calls of Route 53 */
  static async start(moto: string, groupName: string, tag: { key: string; value: string }, route53 = moto): Promise<GroupFront> {
    const front = new GroupFront(moto, groupName, tag, route53);
    front.server.listen(0, '127.0.0.1');
    await once(front.server, 'listening');
    return front;
  }

  /** States of the instances. */
  readonly members = new Map<string, string>();
  /** States of those in the warm pool; undefined: the group has none. */
  warm?: Map<string, string>;
  /** What came, in its order: hook and instance. */
  readonly completed: string[] = [];
  private readonly server: Server;

  private constructor(
    private readonly moto: string,
    private readonly groupName: string,
    private readonly tag: { key: string; value: string },
    private readonly route53: string,
  ) {
    this.server = createServer((request, response) => {
      this.serve(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)));
    });
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** A new instance of the group, in a state. @returns its id */
  async launch(ec2: EC2Client, state = 'Pending:Wait'): Promise<string> {
    const { Instances } = await ec2.send(new RunInstancesCommand({ ImageId: IMAGE, MinCount: 1, MaxCount: 1 }));
    const instanceId = Instances?.[0]?.InstanceId ?? '';
    this.members.set(instanceId, state);
    return instanceId;
  }

  async stop(): Promise<void> {
    this.server.close();
    this.server.closeAllConnections();
    await once(this.server, 'close');
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString();
    const call = new URLSearchParams(body);
    const action = call.get('Action') ?? '';
    const answers: Record<string, () => [status: number, xml: string]> = {
      DescribeAutoScalingGroups: () => [200, this.groups(call)],
      DescribeWarmPool: () => [200, `<Instances>${membersXml(this.warm ?? new Map())}</Instances>`],
      CompleteLifecycleAction: () => this.complete(call),
    };
    const answer = answers[action]?.();
    if (answer) {
      const [status, xml] = answer;
      const text = status === 200 ? `<${action}Response><${action}Result>${xml}</${action}Result></${action}Response>` : xml;
      response.writeHead(status, { 'content-type': 'text/xml' }).end(text);
      return;
    }
    const wanted = ['authorization', 'content-type', 'x-amz-date', 'x-amz-target'].flatMap((name) => {
      const value = request.headers[name];
      return value === undefined ? [] : [[name, String(value)] as [string, string]];
    });
    const { method } = request;
    const upstream = request.url?.startsWith('/2013-04-01/') ? this.route53 : this.moto;
    const passed = await fetch(`${upstream}${request.url}`, { method, headers: wanted, ...(method !== 'GET' && { body }) });
    const type = passed.headers.get('content-type') ?? 'text/xml';
    response.writeHead(passed.status, { 'content-type': type }).end(await passed.text());
  }

  private groups(call: URLSearchParams): string {
    const [, key] = TAG.exec(call.get('Filters.member.1.Name') ?? '') ?? [];
    const matches = key === this.tag.key && call.get('Filters.member.1.Values.member.1') === this.tag.value;
    const pool = this.warm ? '<WarmPoolConfiguration><MinSize>0</MinSize></WarmPoolConfiguration>' : '';
    const group = `<member><AutoScalingGroupName>${this.groupName}</AutoScalingGroupName>${pool}<Instances>${membersXml(this.members)}</Instances></member>`;
    return `<AutoScalingGroups>${matches ? group : ''}</AutoScalingGroups>`;
  }

  private complete(call: URLSearchParams): [number, string] {
    const [group, hook, instanceId = '', result] = [
      'AutoScalingGroupName',
      'LifecycleHookName',
      'InstanceId',
      'LifecycleActionResult',
    ].map((name) => call.get(name) ?? '');
    const place = this.warm?.has(instanceId) ? this.warm : this.members;
    const state = place.get(instanceId) ?? '';
    if (group !== this.groupName || hook !== 'publish' || result !== 'CONTINUE' || !state.endsWith('Pending:Wait')) {
      const text = `No active Lifecycle Action found with instance ID ${instanceId}`;
      return [
        400,
        `<ErrorResponse><Error><Type>Sender</Type><Code>ValidationError</Code><Message>${text}</Message></Error></ErrorResponse>`,
      ];
    }
    place.set(instanceId, state.startsWith('Warmed') ? 'Warmed:Stopped' : 'InService');
    this.completed.push(`${hook} ${instanceId}`);
    return [200, ''];
  }
}

function membersXml(members: ReadonlyMap<string, string>): string {
  return [...members]
    .map(([id, state]) => `<member><InstanceId>${id}</InstanceId><LifecycleState>${state}</LifecycleState></member>`)
    .join('');
}
