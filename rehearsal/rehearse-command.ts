/** `proxy-fleet rehearse`: options, signals and files around a rehearsal. */
import { laneOfName } from './box';
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
import { laneOfPoolAddress } from './planes/pool-service';
import { laneOf } from './planes/takeover-service';
import { engineFor } from './proxies/engine-for';
import { requirePython } from './proxies/watchdog';
import { rehearse, validateTimeScale } from './rehearse';
import { renderHtml } from './report/html';
import { renderJson } from './report/json';
import { LiveTimeline } from './report/live';
import { wantsColor } from './report/style';
import { renderTable } from './report/table';
import { defaultScenario, SCENARIOS } from './scenarios/all';
import type { Scenario } from './scenarios/scenario';
import { loadTemplate } from './template/load-template';
import { type FleetModel, isElastic } from './template/model';
import { readFleet } from './template/read-fleet';
import { UsageError } from './usage-error';

const HELP = `usage: proxy-fleet rehearse [cdk.out | template.json] [options]

Reads a synthesized template, plays a failure on this machine with real proxies, real DNS answers and the real takeover code, and
compares what clients suffered with the budget that the template promises. Needs Linux or WSL2.

  --scenario NAME      what happens, see below (default crash, of an elastic fleet instance-loss)
${STACK_HELP}
  --time-scale N       simulated seconds a second, up to the shortest TTL (default: the scenario's)
  --seed N             repeat the same chances (default: drawn)
  --runs N             how many times, each with the next seed (default 1)
${ASSUMPTIONS_HELP}
  --json FILE          write the result as JSON
  --html FILE          write the result as one HTML page
  --no-color           no colours
  --help               this text

Scenarios, and their time scales:
${Object.entries(SCENARIOS)
  .map(([name, scenario]) => scenarioHelp(name, scenario))
  .join('\n')}

Status: 0 every budget was kept, 1 one was broken or a client that retries saw an error, 2 the call or the machine was wrong.
`;

function scenarioHelp(name: string, { summary, timeScale }: Scenario): string {
  return `  ${name.padEnd(17)} x${String(timeScale).padEnd(3)} ${summary}`;
}

const OPTIONS = {
  ...TEMPLATE_OPTIONS,
  scenario: { type: 'string' },
  'time-scale': { type: 'string' },
  seed: { type: 'string' },
  runs: { type: 'string', default: '1' },
  json: { type: 'string' },
  html: { type: 'string' },
} as const;

/**
 * @param script file that child processes re-enter
 * @returns the process's status
 */
export async function rehearseCommand(args: string[], script: string): Promise<number> {
  const { values, positionals } = parseOptions('rehearse', args, OPTIONS);
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const path = templatePath(positionals);
  if (values.scenario !== undefined && !Object.hasOwn(SCENARIOS, values.scenario)) {
    throw new UsageError(`unknown scenario '${values.scenario}': choose one of ${Object.keys(SCENARIOS).join(', ')}`);
  }
  const figures = new Figures('rehearse');
  const assumptions = figures.assumptions(values);
  const wantedScale =
    values['time-scale'] === undefined ? undefined : figures.number('time-scale', values['time-scale'], 1, 3600);
  const seed = values.seed === undefined ? Math.floor(Math.random() * 1_000_000) : figures.whole('seed', values.seed, 0, 2 ** 31);
  const runs = figures.whole('runs', values.runs, 1, 1000);
  const fleet = readFleet(loadTemplate(path, values.stack));
  if (process.platform !== 'linux')
    throw new UsageError(`the loopback level needs Linux or WSL2, got ${process.platform}: run it there`);
  const called = values.scenario ?? defaultScenario(fleet);
  const scenario = SCENARIOS[called] as Scenario;
  requireKind(called, scenario, fleet);
  scenario.validate?.(fleet);
  const timeScale = wantedScale ?? scenario.timeScale;
  validateTimeScale(fleet, timeScale);
  for (const file of [values.json, values.html]) if (file !== undefined) requireWritable(file);
  const engine = engineFor(fleet.slots[0]?.configuration ?? '');
  if (fleet.takeover && fleet.heartbeat) requirePython();

  const color = wantsColor(process.stdout, { color: values['no-color'] ? false : undefined, env: process.env });
  const live = new LiveTimeline(process.stdout, { color, lanes: lanesOf(fleet) });
  const signal = untilSignal();
  try {
    live.ready(
      `${fleet.stack}: scenario ${called}, time x${timeScale}, seed ${seed}, ${engine.engine} ${engine.version} (${engine.origin})`,
    );
    const result = await rehearse(fleet, {
      called,
      scenario,
      timeScale,
      seed,
      runs,
      assumptions,
      engine,
      script,
      live,
      signal,
    });
    if (!result) {
      process.stderr.write('proxy-fleet: stopped, nothing is left running\n');
      return Number(signal.reason);
    }
    process.stdout.write(`\n${renderTable(result, { color, width: process.stdout.columns ?? 100 })}`);
    if (values.json !== undefined) write(values.json, renderJson(result));
    if (values.html !== undefined) write(values.html, renderHtml(result));
    return result.passed ? 0 : 1;
  } finally {
    live.close();
  }
}

function requireKind(called: string, { elastic = false }: Scenario, fleet: FleetModel): void {
  const { stack } = fleet;
  if (elastic === isElastic(fleet)) return;
  const fitting = Object.entries(SCENARIOS).filter(([, scenario]) => (scenario.elastic ?? false) === isElastic(fleet));
  const names = fitting.map(([name]) => name).join(', ');
  throw new UsageError(
    `scenario '${called}' is for ${elastic ? 'an elastic fleet' : 'a fleet of slots'}, and '${stack}' holds the other kind: ` +
      `choose one of ${names}`,
  );
}

function lanesOf({ zones, takeover, pool }: FleetModel): string[] {
  const names = zones.flatMap(({ records }) => records.map(({ name }) => laneOfName(name)));
  const addresses = [...(pool?.addresses.values() ?? [])].map(laneOfPoolAddress);
  return [...names, ...(takeover?.topology.virtualIps ?? []).map(({ name }) => laneOf(name)), ...addresses];
}
