/** The budgets that a template promises: one for each name, one for each virtual IP, and two for a name that leads to virtual IPs. */
import { groupOf } from '../dns/groups';
import type { HostedZone } from '../dns/records';
import type { Assumptions } from '../template/budgets';
import type { LoadedTemplate } from '../template/load-template';
import { readDns } from '../template/read-dns';
import { UsageError } from '../usage-error';
import { estimateNumbers } from './estimates';
import { boundOfName, isBound, type Known } from './name-bounds';
import { readTakeovers, type VirtualIpPlace, virtualIpStandIns } from './read-takeovers';
import { dnsTerms, formulaOf, type Term, takeoverTerms, totalSeconds } from './terms';

export interface BudgetRow {
  /** A name, or what a virtual IP is called within its stack. */
  readonly entry: string;
  readonly kind: 'name' | 'virtual IP';
  /** Who leads clients away from what is broken. */
  readonly by: 'DNS' | 'takeover';
  /** Empty where there is no bound. */
  readonly terms: readonly Term[];
  /** Null where there is no bound. */
  readonly totalSeconds: number | null;
  /** The sum for people; where there is no bound, the reason. */
  readonly formula: string;
}

export interface TemplateBudgets {
  readonly stack: string;
  readonly assumptions: Assumptions;
  readonly budgets: BudgetRow[];
  /** What must be known to read them, and what of the template was left out, one sentence each. */
  readonly notes: string[];
}

export function readBudgets({ stack, template }: LoadedTemplate, assumptions: Assumptions): TemplateBudgets {
  const estimated = estimateNumbers(template);
  const { standIns, names: virtualIpAt } = virtualIpStandIns(template);
  const { zones, healthChecks, skipped } = readDns(estimated.template, standIns);
  const known: Known = { checks: new Map(healthChecks.map((check) => [check.id, check])), estimated };
  const virtualIps = readTakeovers(template);
  const notes: string[] = [];

  const names = zones.flatMap((zone) =>
    [...new Set(zone.records.map(({ name }) => name))].flatMap((name) => {
      const bound = boundOfName(zone, name, known);
      if (!bound) return [];
      const byDns = isBound(bound)
        ? row(name, 'name', 'DNS', dnsTerms(bound.detection, bound.ttl, assumptions))
        : none(name, bound.never);
      const addresses = addressesOf(zone, name);
      const behind = virtualIps.filter((each) => addresses.some((address) => virtualIpAt.get(address) === each.name));
      const [byTakeover] = behind
        .map(({ timing }) => row(name, 'name', 'takeover', takeoverTerms(timing, assumptions)))
        .sort((one, other) => (other.totalSeconds ?? 0) - (one.totalSeconds ?? 0));
      if (!byTakeover) return [byDns];
      notes.push(twoWays(name, byDns, byTakeover, addresses.length));
      return [byDns, byTakeover];
    }),
  );
  const budgets = [...names, ...virtualIps.map((virtualIp) => takeoverRow(virtualIp, assumptions))];
  if (budgets.length === 0) {
    throw new UsageError(
      `'${stack}' holds no virtual IP and no name with a health check, so nothing fails over: name a stack with either`,
    );
  }
  return { stack, assumptions, budgets, notes: [...notes, ...skipped] };
}

function row(entry: string, kind: BudgetRow['kind'], by: BudgetRow['by'], terms: Term[]): BudgetRow {
  return { entry, kind, by, terms, totalSeconds: totalSeconds(terms), formula: formulaOf(terms) };
}

function none(entry: string, reason: string): BudgetRow {
  return { entry, kind: 'name', by: 'DNS', terms: [], totalSeconds: null, formula: reason };
}

function takeoverRow({ name, timing }: VirtualIpPlace, assumptions: Assumptions): BudgetRow {
  return row(name, 'virtual IP', 'takeover', takeoverTerms(timing, assumptions));
}

/** The smaller of both is not what everybody gets. */
function twoWays(name: string, byDns: BudgetRow, byTakeover: BudgetRow, addresses: number): string {
  const takeover = `clients of ${name} that hold a dead address are served by its takeover within ${byTakeover.totalSeconds} s, which needs the control plane of EC2`;
  if (addresses === 1) return `${takeover}; DNS has no other address to answer with`;
  return `${takeover}; whoever it cannot serve waits for DNS${byDns.totalSeconds === null ? ' for ever' : `, ${byDns.totalSeconds} s`}`;
}

/** All addresses that a name leads to, through aliases in its zone. The reader of DNS refuses those that lead in circles. */
function addressesOf(zone: HostedZone, name: string): string[] {
  const records = zone.records.filter((record) => record.name === name);
  const values = records.flatMap(({ alias, type, values }) => {
    if (!alias) return values;
    return groupOf(zone, alias.name, type).length === 0 ? [] : addressesOf(zone, alias.name);
  });
  return [...new Set(values)];
}
