/** The budgets that a template promises: one for each name, one for each virtual IP, and two for a name that leads to virtual IPs. */
import { budgetFormula } from '../../lib/private/contract';
import { groupOf } from '../dns/groups';
import type { HostedZone } from '../dns/records';
import type { Assumptions } from '../template/budgets';
import type { LoadedTemplate } from '../template/load-template';
import { readDns } from '../template/read-dns';
import { virtualIpAddresses } from '../template/virtual-ip-addresses';
import { UsageError } from '../usage-error';
import { estimateNumbers } from './estimates';
import { type Bound, boundOfName, isBound, type Known, type NoBound } from './name-bounds';
import { readTakeovers } from './read-takeovers';
import { dnsTerms, type Term, takeoverTerms, totalSeconds } from './terms';

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
  const { standIns, names: virtualIpAt } = virtualIpAddresses(template);
  const { zones, healthChecks, skipped } = readDns(estimated.template, standIns);
  const checks = new Map(healthChecks.map((check) => [check.id, check]));
  const known: Known = { checks, estimated };
  const virtualIps = readTakeovers(template).map(({ name, timing }) =>
    row(name, 'virtual IP', 'takeover', takeoverTerms(timing, assumptions)),
  );

  const names = zones.flatMap(namesOf).map((name): NameRows => {
    const bound = boundOfName(name.zone, name.name, known);
    const carried = addressesOf(name.zone, name.name).map((address) => virtualIpAt.get(address));
    const byTakeover = carried.includes(undefined) ? undefined : slowestOf(virtualIps, carried);
    return rowsOf(name, bound, byTakeover && { ...byTakeover, entry: name.name, kind: 'name' }, assumptions);
  });
  const budgets = [...names.flatMap(({ rows }) => rows), ...virtualIps];
  if (budgets.length === 0) {
    throw new UsageError(
      `'${stack}' holds no virtual IP and no name with a health check, so nothing fails over: name a stack with either`,
    );
  }
  return { stack, assumptions, budgets, notes: [...names.flatMap(({ notes }) => notes), ...skipped] };
}

interface Name {
  readonly zone: HostedZone;
  readonly name: string;
  /** Clients may ask for it, too, but it is there for the sake of another name. */
  readonly isTarget: boolean;
}

/** Those first that clients ask for. */
function namesOf(zone: HostedZone): Name[] {
  const targets = new Set(zone.records.flatMap(({ alias }) => alias?.name ?? []));
  const names = [...new Set(zone.records.map(({ name }) => name))];
  return names
    .map((name) => ({ zone, name, isTarget: targets.has(name) }))
    .sort((one, other) => Number(one.isTarget) - Number(other.isTarget));
}

interface NameRows {
  readonly rows: readonly BudgetRow[];
  readonly notes: readonly string[];
}

/** The smaller of two is not what everybody gets. */
function rowsOf(
  { name, isTarget }: Name,
  bound: Bound | NoBound | undefined,
  byTakeover: BudgetRow | undefined,
  assumptions: Assumptions,
): NameRows {
  const byDns = bound && isBound(bound) ? row(name, 'name', 'DNS', dnsTerms(bound, assumptions)) : undefined;
  if (byTakeover) {
    const takeover = `clients of ${name} that hold a dead address are served by its takeover within ${byTakeover.totalSeconds} s, which needs the control plane of EC2`;
    const otherwise = byDns ? `whoever it cannot serve waits for DNS, ${byDns.totalSeconds} s` : 'DNS leads them nowhere else';
    return { rows: [...(byDns ? [byDns] : []), byTakeover], notes: [`${takeover}; ${otherwise}`] };
  }
  if (byDns) return { rows: [byDns], notes: [] };
  // The name that leads to a target may get away from what never gives way; if it does not, it has the same reason.
  return { rows: bound && !isBound(bound) && !isTarget ? [unbounded(name, bound)] : [], notes: [] };
}

function row(entry: string, kind: BudgetRow['kind'], by: BudgetRow['by'], terms: Term[]): BudgetRow {
  return { entry, kind, by, terms, totalSeconds: totalSeconds(terms), formula: budgetFormula(terms) };
}

function unbounded(entry: string, { never }: NoBound): BudgetRow {
  return { entry, kind: 'name', by: 'DNS', terms: [], totalSeconds: null, formula: never };
}

function slowestOf(virtualIps: readonly BudgetRow[], names: readonly (string | undefined)[]): BudgetRow | undefined {
  const behind = virtualIps.filter(({ entry }) => names.includes(entry));
  return behind.sort((one, other) => (other.totalSeconds ?? 0) - (one.totalSeconds ?? 0))[0];
}

/** Addresses that a name leads to while everything is well, through aliases in its zone. The reader of DNS refuses those that lead in circles. */
function addressesOf(zone: HostedZone, name: string): string[] {
  const records = zone.records.filter((record) => record.name === name && (record.type === 'A' || record.type === 'AAAA'));
  const asked = records.filter(({ routing }) => routing.policy !== 'failover' || routing.role === 'PRIMARY');
  const values = asked.flatMap(({ alias, type, values }) => {
    if (!alias) return values;
    return groupOf(zone, alias.name, type).length === 0 ? [alias.name] : addressesOf(zone, alias.name);
  });
  return [...new Set(values)];
}
