/** `proxy-fleet simulate`: options, signals and files around a simulation. */
import { availableParallelism } from 'node:os';
import {
  ASSUMPTIONS_HELP,
  Figures,
  parseOptions,
  requireWritable,
  STACK_HELP,
  TEMPLATE_OPTIONS,
  templatePath,
  untilSignal,
  write,
} from './options';
import { LiveTimeline } from './report/live';
import { wantsColor } from './report/style';
import { DEFAULT_REFILL_SECONDS, FAULTS, type Fault } from './simulate/behaviours';
import { renderSimulationHtml } from './simulate/report/html';
import { renderSimulationJson } from './simulate/report/json';
import { renderSimulationTable } from './simulate/report/table';
import { simulate } from './simulate/simulate';
import { loadTemplate } from './template/load-template';
import { holdsFleet, readFleet } from './template/read-fleet';
import { readNames } from './template/read-names';
import { UsageError } from './usage-error';

const ALL = 'all';

const HELP = `usage: proxy-fleet simulate [cdk.out | template.json] [options]

Reads a synthesized template and plays thousands of failures in virtual time, against clients of many kinds behind resolvers that keep
to a TTL, stretch it or ignore it. Tells how long the clients of each kind are out, and how much of the budget that takes.

  --fault NAME         ${FAULTS.join(', ')}, or ${ALL} in turn (default ${ALL})
${STACK_HELP}
  --runs N             failovers (default 10000)
  --clients N          clients in each failover, spread over all kinds (default 1000)
  --seed N             repeat the same chances (default: drawn)
${ASSUMPTIONS_HELP}
  --refill N           assumed seconds until what broke serves again (default ${DEFAULT_REFILL_SECONDS})
  --workers N          threads (default: one a core); the result does not depend on them
  --json FILE          write the result as JSON
  --html FILE          write the result as one HTML page
  --no-color           no colours
  --help               this text

  crash                the port refuses connections
  hang                 connections are accepted, and nothing is answered
  black-hole           packets are dropped

Status: 0 the clients that keep to the TTL, or know a virtual IP, kept their budgets in 99 of 100 outages, 1 some did not, 2 the call
was wrong.
`;

const OPTIONS = {
  ...TEMPLATE_OPTIONS,
  fault: { type: 'string', default: ALL },
  runs: { type: 'string', default: '10000' },
  clients: { type: 'string', default: '1000' },
  seed: { type: 'string' },
  refill: { type: 'string', default: String(DEFAULT_REFILL_SECONDS) },
  workers: { type: 'string', default: String(availableParallelism()) },
  json: { type: 'string' },
  html: { type: 'string' },
} as const;

/**
 * @param script file that workers re-enter
 * @returns the process's status
 */
export async function simulateCommand(args: string[], script: string): Promise<number> {
  const { values, positionals } = parseOptions('simulate', args, OPTIONS);
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const path = templatePath(positionals);
  const faults = faultsOf(values.fault);
  const figures = new Figures('simulate');
  const assumptions = figures.assumptions(values);
  const refillSeconds = figures.number('refill', values.refill, 1, 86_400);
  const seed = values.seed === undefined ? Math.floor(Math.random() * 1_000_000) : figures.whole('seed', values.seed, 0, 2 ** 31);
  const runs = figures.whole('runs', values.runs, 1, 10_000_000);
  const clients = figures.whole('clients', values.clients, 1, 1_000_000);
  const workers = figures.whole('workers', values.workers, 1, 256);
  const loaded = loadTemplate(path, values.stack);
  const fleet = holdsFleet(loaded.template) ? readFleet(loaded) : readNames(loaded);
  for (const file of [values.json, values.html]) if (file !== undefined) requireWritable(file);

  const color = wantsColor(process.stdout, { color: values['no-color'] ? false : undefined, env: process.env });
  const live = new LiveTimeline(process.stdout, { color });
  const signal = untilSignal();
  const said = `${fleet.stack}: seed ${seed}`;
  try {
    const onProgress = (played: number) => {
      if (process.stdout.isTTY) live.phase(`${said}, ${played} of ${runs} failovers`);
    };
    const options = { faults, seed, runs, clients, assumptions, refillSeconds, workers, script, signal, onProgress };
    const result = await simulate(fleet, options);
    if (!result) {
      process.stderr.write('proxy-fleet: stopped, nothing is left running\n');
      return Number(signal.reason);
    }
    live.ready(said);
    process.stdout.write(`\n${renderSimulationTable(result, { color, width: process.stdout.columns ?? 100 })}`);
    if (values.json !== undefined) write(values.json, renderSimulationJson(result));
    if (values.html !== undefined) write(values.html, renderSimulationHtml(result));
    return result.passed ? 0 : 1;
  } finally {
    live.close();
  }
}

function faultsOf(wanted: string): readonly Fault[] {
  if (wanted === ALL) return FAULTS;
  const fault = FAULTS.find((each) => each === wanted);
  if (!fault) throw new UsageError(`unknown fault '${wanted}': choose one of ${[...FAULTS, ALL].join(', ')}`);
  return [fault];
}
