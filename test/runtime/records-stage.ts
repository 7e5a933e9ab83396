/**
 * The record function's use case on its stage: through its adapters of the AWS SDK against the rehearsal's Route 53 with all its rules, with a
 * group, its addresses and the lease in memory.
 */
import {
  ChangeResourceRecordSetsCommand,
  ChangeTagsForResourceCommand,
  CreateHealthCheckCommand,
  DeleteHealthCheckCommand,
  GetChangeCommand,
  ListHealthChecksCommand,
  ListResourceRecordSetsCommand,
  Route53Client,
} from '@aws-sdk/client-route-53';
import { mockClient } from 'aws-sdk-client-mock';
import type { RecordsTopology } from '../../lib/private/records-contract';
import type { ControlPlane } from '../../rehearsal/control-plane/control-plane';
import { MemoryRecordLease } from '../../rehearsal/planes/memory-record-lease';
import { Route53HealthChecks } from '../../runtime/aws/route53-health-checks';
import { Route53Records } from '../../runtime/aws/route53-records';
import type { InstanceRecordEntry, InstanceRecordPorts, Note, UnfitEntry } from '../../runtime/instance-record-ports';
import { serveRecords } from '../../runtime/instance-records';
import { testPlane, ZONE } from '../rehearsal/control-plane/planes';
import { VirtualTime } from './virtual-time';

export const NAME = 'www.example.com';
export const OWNER = '0123456789ab';
export const TOPOLOGY = {
  fleet: 'Stack/Edge',
  tag: { key: 'proxy-fleet', value: 'Stack/Edge' },
  owner: OWNER,
  families: ['A'],
  probes: [],
  names: [
    {
      hostedZoneId: ZONE,
      recordName: NAME,
      ttl: 60,
      check: { Type: 'HTTP', Port: 8404, ResourcePath: '/healthz', RequestInterval: 10, FailureThreshold: 3 },
    },
  ],
} satisfies RecordsTopology;

/** @param route53 how it differs from the one that takes up to a minute for a change */
export function recordsStage(start: Partial<RecordsTopology> = {}, route53: Omit<Parameters<typeof testPlane>[0], 'clock'> = {}) {
  const topology: RecordsTopology = { ...TOPOLOGY, ...start };
  const time = new VirtualTime();
  const { plane } = testPlane({ ...route53, clock: time });
  const calls: string[] = [];
  const log: InstanceRecordEntry[] = [];
  const unfit: UnfitEntry[] = [];
  /** States of the group's instances. */
  const members = new Map<string, string>();
  const completed: string[] = [];
  const lease = new MemoryRecordLease();
  /** Health checks that are there, as the calls tell: who only looks makes none. */
  const alive = new Set<string>();
  let fault: (call: string) => Error | undefined = () => undefined;
  let loss: (call: string) => Error | 'never' | undefined = () => undefined;
  let proceedMs = 0;
  const client = new Route53Client({ region: 'us-east-1' });
  play(client, plane, {
    before: (call) => {
      calls.push(call);
      const error = fault(call);
      if (error) throw error;
    },
    after: (call, input, answer) => {
      if (call === 'createCheck') alive.add((answer as { HealthCheck: { Id: string } }).HealthCheck.Id);
      if (call === 'deleteCheck') alive.delete((input as { HealthCheckId: string }).HealthCheckId);
      return loss(call);
    },
  });
  const ports: InstanceRecordPorts = {
    group: {
      instances: async () => {
        calls.push('group');
        const error = fault('group');
        if (error) throw error;
        return [...members].map(([instanceId, lifecycleState]) => ({ groupName: 'Group', instanceId, lifecycleState }));
      },
      completeLaunch: async ({ instanceId }) => {
        calls.push('complete');
        const error = fault('complete');
        if (error) throw error;
        completed.push(instanceId);
        const parked = members.get(instanceId) === 'Warmed:Pending:Wait';
        members.set(instanceId, parked ? 'Warmed:Stopped' : 'Pending:Proceed');
        const enter = () => {
          if (members.get(instanceId) === 'Pending:Proceed') members.set(instanceId, 'InService');
        };
        if (proceedMs === 0) enter();
        else time.after(proceedMs, enter);
      },
      completeDrain: async ({ instanceId }) => {
        calls.push('drained');
        const error = fault('drained');
        if (error) throw error;
        members.delete(instanceId);
      },
    },
    hosts: {
      addresses: async (ids) => {
        calls.push('hosts');
        return new Map(ids.map((id) => [id, { A: addressOf(id), AAAA: `2600:1f18::${Number(id.slice(2))}` }]));
      },
    },
    records: new Route53Records(client),
    checks: new Route53HealthChecks(client),
    lease,
    clock: time,
    log: { write: (entry) => (entry.event === 'unfit' ? unfit.push(entry) : log.push(entry)) },
  };
  /** Instances that have a record, by address family; those of others by their identifiers. */
  const published = (type = 'A') =>
    plane
      .served(ZONE)
      .records.filter((record) => record.Type === type && record.Name === `${NAME}.`)
      .map(({ SetIdentifier = '' }) => SetIdentifier.replace(new RegExp(`^${OWNER}-(i-\\d+)-\\w+$`), '$1'))
      .sort();
  const checks = () => plane.listHealthChecks().HealthChecks;
  let runs = 0;
  const ask = (note: Note = {}) => serveRecords(ports, topology, `run-${++runs}`, note);
  const serve = (note: Note = {}) => time.settle(ask(note));
  /** A minute later. */
  const sweep = async () => {
    await time.pass(60_000);
    return serve();
  };
  return {
    topology,
    time,
    plane,
    calls,
    log,
    unfit,
    members,
    completed,
    lease,
    ports,
    published,
    checks,
    ask,
    serve,
    sweep,
    exists: (healthCheckId: string) => alive.has(healthCheckId),
    failWith: (next: typeof fault) => {
      fault = next;
    },
    /** From the end of a group's wait until the instance is in service. */
    proceedWithin: (milliseconds: number) => {
      proceedMs = milliseconds;
    },
    /** Calls that are done, and whose answer is lost, or never comes: who called has died. */
    loseWith: (next: typeof loss) => {
      loss = next;
    },
  };
}

export function addressOf(instanceId: string): string {
  return `198.51.100.${Number(instanceId.slice(2))}`;
}

/** Has the plane answer what the client asks. */
function play(
  client: Route53Client,
  plane: ControlPlane,
  {
    before,
    after,
  }: { before: (call: string) => void; after: (call: string, input: unknown, answer: unknown) => Error | 'never' | undefined },
): void {
  const route53 = mockClient(client);
  // Inputs of the plane are those of the API, in which a plane knows fewer fields.
  const answers = [
    [ListResourceRecordSetsCommand, 'list', (input: never) => plane.listResourceRecordSets(input)],
    [ChangeResourceRecordSetsCommand, 'change', (input: never) => plane.changeResourceRecordSets(input)],
    [GetChangeCommand, 'sync', (input: never) => plane.getChange(input)],
    [CreateHealthCheckCommand, 'createCheck', (input: never) => plane.createHealthCheck(input)],
    [ListHealthChecksCommand, 'listChecks', (input: never) => plane.listHealthChecks(input)],
    [DeleteHealthCheckCommand, 'deleteCheck', (input: never) => plane.deleteHealthCheck(input)],
    [ChangeTagsForResourceCommand, 'tag', () => ({})],
  ] as const;
  for (const [command, call, answer] of answers) {
    route53.on(command as never).callsFake(async (input: unknown) => {
      before(call);
      const answered = answer(input as never);
      const lost = after(call, input, answered);
      if (lost === 'never') return new Promise(() => undefined);
      if (lost) throw lost;
      return answered;
    });
  }
}
