/** What a sentence would say about a row of the timeline: the figures beside the picture. */
import { seconds, sinceFault } from './format';
import type { Lane, LaneBudget, Span } from './timeline';

export function laneFact(lane: Lane): string {
  return [requests(lane), outage(lane), moves(lane), budgets(lane.budgets)].filter((said) => said !== undefined).join(' · ');
}

/** 'T+27.9 s to T+152.4 s' */
export function spanTime({ from, to }: Span): string {
  return `${sinceFault(from)} ${to === undefined ? 'and not back' : `to ${sinceFault(to)}`}`;
}

function requests({ client }: Lane): string | undefined {
  if (!client) return undefined;
  const last = client.lastFailure === undefined ? '' : `, last ${sinceFault(client.lastFailure * 1000)}`;
  return `${client.failures} of ${client.requests} failed${last}`;
}

function outage({ kind, broken, down }: Lane): string | undefined {
  const spans = down.length > 0 ? down : broken;
  const word = kind === 'dns' ? 'out' : down.length > 0 ? 'down' : 'broken';
  if (spans.length > 1) return `${spans.length} times ${word}`;
  if (spans[0]) return `${word} ${spanTime(spans[0])}`;
  return kind === 'slot' ? 'never down' : undefined;
}

function moves({ marks }: Lane): string | undefined {
  const moved = marks.filter(({ kind }) => kind === 'move');
  if (moved.length > 1) return `${moved.length} moves`;
  return moved[0] && `moved ${sinceFault(moved[0].at)}`;
}

function budgets(all: readonly LaneBudget[]): string | undefined {
  if (all.length === 0) return undefined;
  const figures = all.map(({ from, to }) => seconds((to - from) / 1000)).join(' and ');
  return `${all.length === 1 ? 'budget' : 'budgets'} ${figures} ${all.every(({ kept }) => kept) ? 'kept' : 'BROKEN'}`;
}
