/**
 * A run as rows to draw. Events only tell that something went down or came back; here they become spans, and every row knows its
 * kind, its budgets and what a sentence would say about it. No pixels.
 *
 * Order of rows: the slots as the fleet has them, names, virtual IPs, whatever else had events, and last the clients, whose
 * suffering the rows above explain.
 */
import type { ClientResult, RunResult, SlotResult, TimelineEvent } from './result';
import type { TimeRange } from './time-scale';

export type LaneKind = 'slot' | 'dns' | 'virtual-ip' | 'other' | 'client';

export interface Span {
  readonly from: number;
  /** Undefined when it lasted beyond the end of the run. */
  readonly to?: number;
  /** What was said when it began, while it lasted and when it ended. */
  readonly texts: readonly string[];
}

export interface LaneBudget {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly kept: boolean;
}

export interface Lane {
  readonly name: string;
  readonly kind: LaneKind;
  /** A slot's zone, how a client behaves. */
  readonly aside?: string;
  /** From a fault to its recovery: what really happened. */
  readonly broken: readonly Span[];
  /** From down to up: what the health checks, the name or the address made of it. */
  readonly down: readonly Span[];
  /** Moments without a length. */
  readonly marks: readonly TimelineEvent[];
  readonly budgets: readonly LaneBudget[];
  readonly client?: ClientResult;
}

const KINDS: readonly LaneKind[] = ['slot', 'dns', 'virtual-ip', 'other', 'client'];

export function lanesOf(run: RunResult, slots: readonly SlotResult[]): Lane[] {
  const clients = new Map(run.clients.map((client) => [client.name, client]));
  const zones = new Map(slots.map(({ slot, zone }) => [slot, zone]));
  const names = new Set([...zones.keys(), ...run.events.map(({ lane }) => lane), ...clients.keys()]);
  const lanes = [...names].map((name): Lane => {
    const events = run.events.filter(({ lane }) => lane === name).sort((a, b) => a.at - b.at);
    const { spans: broken } = pairSpans(events, 'fault', 'recovery');
    const { spans: down, unpaired } = pairSpans(events, 'down', 'up');
    const marks = events.filter((event) => event.kind === 'move' || event.kind === 'info' || unpaired.includes(event));
    const client = clients.get(name);
    const aside = client?.behaviour ?? zones.get(name);
    return { name, kind: kindOf(name, zones, client), aside, broken, down, marks, budgets: budgetsOf(name, run, client), client };
  });
  return KINDS.flatMap((kind) => {
    const same = lanes.filter((lane) => lane.kind === kind);
    return kind === 'client' ? [...clients.keys()].flatMap((name) => same.filter((lane) => lane.name === name)) : same;
  });
}

function kindOf(name: string, slots: ReadonlyMap<string, string>, client: ClientResult | undefined): LaneKind {
  if (client) return 'client';
  if (slots.has(name)) return 'slot';
  if (name.startsWith('dns ')) return 'dns';
  return name.startsWith('virtual ip ') ? 'virtual-ip' : 'other';
}

function budgetsOf(name: string, run: RunResult, client: ClientResult | undefined): LaneBudget[] {
  const measured = run.measures.flatMap(({ name: measure, lane, budget, startsAt = 0, kept }) =>
    lane === name && budget ? [{ name: measure, from: startsAt * 1000, to: (startsAt + budget) * 1000, kept }] : [],
  );
  if (!client?.budget) return measured;
  return [...measured, { name: 'last failure', from: 0, to: client.budget * 1000, kept: client.kept }];
}

/**
 * Pairs what opens a span with what closes it. Opened again while open it stays one span; a closing without an opening is left
 * over.
 */
export function pairSpans(
  events: readonly TimelineEvent[],
  opening: TimelineEvent['kind'],
  closing: TimelineEvent['kind'],
): { spans: Span[]; unpaired: TimelineEvent[] } {
  const spans: Span[] = [];
  const unpaired: TimelineEvent[] = [];
  let open: Span | undefined;
  for (const event of events) {
    if (event.kind === opening) {
      open = { from: open?.from ?? event.at, texts: [...(open?.texts ?? []), event.text] };
    } else if (event.kind === closing && open) {
      spans.push({ ...open, to: event.at, texts: [...open.texts, event.text] });
      open = undefined;
    } else if (event.kind === closing) {
      unpaired.push(event);
    }
  }
  return { spans: open ? [...spans, open] : spans, unpaired };
}

/** The part of a run before the fault is quiet; it gets at most this share of what follows. */
const BEFORE = 0.08;

/**
 * What the chart shows: everything after the fault, budgets included, so that they can be compared, and a little of what was
 * before.
 */
export function timeRange(run: RunResult, lanes: readonly Lane[]): TimeRange {
  const buckets = run.clients.flatMap((client) => client.buckets);
  const starts = [0, ...run.events.map(({ at }) => at), ...buckets.map(({ at }) => at)];
  const ends = [
    ...run.events.map(({ at }) => at),
    ...buckets.map(({ at }) => at + run.bucketMs),
    ...lanes.flatMap((lane) => lane.budgets.map(({ to }) => to)),
  ];
  const to = ends.reduce((latest, at) => Math.max(latest, at), 1000);
  return {
    from: Math.max(
      starts.reduce((a, b) => Math.min(a, b)),
      -to * BEFORE,
    ),
    to,
  };
}
