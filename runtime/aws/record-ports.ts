import { createHash } from 'node:crypto';
import { RECORDS_ENV, type RecordsTopology } from '../../lib/private/records-contract';
import { PATIENT_PROBE } from '../../lib/private/takeover-contract';
import type { InstanceRecordPorts } from '../instance-record-ports';
import { autoScalingGroups } from './auto-scaling-groups';
import { dynamoRecordLease } from './dynamo-record-lease';
import { instanceAddresses } from './instance-addresses';
import { lambdaProber } from './lambda-prober';
import { logLines } from './log-lines';
import { route53HealthChecks } from './route53-health-checks';
import { route53Records } from './route53-records';
import { systemClock } from './system-clock';

/** Letters of an owner in identifiers, which Route 53 limits: with 48 bits no two fleets of an account ever meet. */
const OWNER_LETTERS = 12;

/** What the environment tells the record function, with an owner that is short enough for identifiers. */
export function recordsTopology(environment: NodeJS.ProcessEnv): RecordsTopology {
  const topology = JSON.parse(environment[RECORDS_ENV.topology] ?? '') as RecordsTopology;
  return {
    ...topology,
    owner: createHash('sha256').update(topology.owner).digest('hex').slice(0, OWNER_LETTERS),
    // A name that only a deploy knows may be written in any way.
    names: topology.names.map((name) => ({ ...name, recordName: name.recordName.toLowerCase() })),
  };
}

/** Everything that the record function needs of AWS. */
export function recordPorts(environment: NodeJS.ProcessEnv, { probes }: Pick<RecordsTopology, 'probes'>): InstanceRecordPorts {
  const isPrivate = probes.length > 0;
  return {
    group: autoScalingGroups(),
    hosts: instanceAddresses(isPrivate),
    records: route53Records(),
    checks: route53HealthChecks(),
    ...(isPrivate && { prober: lambdaProber(probes, PATIENT_PROBE) }),
    lease: dynamoRecordLease(environment[RECORDS_ENV.table] ?? ''),
    clock: systemClock,
    log: logLines,
  };
}
