/** Looks at private proxies, which no health check reaches, through observers inside their network. */
import type { RecordsTopology } from '../lib/private/records-contract';
import { type Judgement, judgedTwice, judgeInstances } from './core/judge-instances';
import type { HostAddresses } from './core/plan-instance-records';
import type { InstanceRecordPorts } from './instance-record-ports';
import type { RecordsFailure } from './records-change';

/** A moment of bad luck must not take a proxy out of DNS. */
const LOOK_AGAIN_MS = 5000;

export interface LookAtProxies extends Judgement {
  /** Observers that did not answer: without them a dead proxy may go unnoticed. */
  readonly failures: readonly RecordsFailure[];
}

/** Judges nobody where Route 53's health checks do. */
export async function lookAtProxies(
  { prober, clock, log }: Pick<InstanceRecordPorts, 'prober' | 'clock' | 'log'>,
  { probes }: Pick<RecordsTopology, 'probes'>,
  hosts: ReadonlyMap<string, HostAddresses>,
  isLaunching: (instanceId: string) => boolean,
): Promise<LookAtProxies> {
  const addresses = [...hosts.values()].flatMap(({ A }) => A ?? []);
  if (prober === undefined || addresses.length === 0) return { unfit: new Map(), doubtful: new Set(), failures: [] };
  const look = async () => {
    const observations = await prober.observe(addresses);
    const silent = probes.filter(({ zone }) => !observations.some((each) => each.zone === zone)).map(({ zone }) => zone);
    return { judgement: judgeInstances(hosts, observations, isLaunching), silent };
  };
  const first = await look();
  let { judgement, silent } = first;
  if (judgement.unfit.size > 0) {
    await clock.sleep(LOOK_AGAIN_MS);
    const second = await look();
    judgement = judgedTwice(judgement, second.judgement);
    silent = [...new Set([...silent, ...second.silent])];
  }
  for (const [instanceId, health] of judgement.unfit) {
    log.write({ event: 'unfit', instanceId, reason: health === 'live' ? 'not ready' : health });
  }
  const failures = silent.map((zone) => ({
    name: `observer of ${zone}`,
    reason: `the observer of ${zone} does not answer, so dead proxies may stay: read the log of its function`,
    passes: true,
  }));
  return { ...judgement, failures };
}
