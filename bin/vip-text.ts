/** What `proxy-fleet vip` prints for people. */
import { type Paint, type Style, wrap } from '../rehearsal/report/style';
import { type Cell, type TablePage, type TableRow, textTable } from '../rehearsal/report/text-table';
import { spanOf } from '../runtime/core/span';
import type { FleetStatus, SlotStatus, VirtualIpStatus } from '../runtime/fleet-status';
import type { OrderReport } from '../runtime/operator';
import { inWords } from '../runtime/order-request';

const HEALTH_STYLES: Record<string, Style> = { ready: 'green', live: 'yellow', dead: 'red', unknown: 'dim' };

const OUTCOMES: Record<OrderReport['outcome'], { readonly style: Style; readonly text: (seconds: number) => string }> = {
  done: { style: 'green', text: (seconds) => `done in ${seconds} s` },
  planned: { style: 'cyan', text: () => 'dry run, nothing was written' },
  'nothing to do': { style: 'dim', text: () => 'nothing to do' },
  unmet: { style: 'red', text: (seconds) => `written and in force, but not met after ${seconds} s` },
};

export function renderStatus(status: FleetStatus, page: TablePage): string {
  const { fleet, epoch, virtualIps, slots, underWay } = status;
  const moving = underWay && `A move of ${underWay.virtualIp} to slot ${underWay.to ?? '?'} is under way.`;
  const table = textTable(
    [
      { header: 'Virtual IP' },
      { header: 'Address' },
      { header: 'Slot' },
      { header: 'Health' },
      { header: 'Home' },
      { header: 'Moved' },
      { header: 'Next', flexible: true },
    ],
    virtualIps.map(virtualIpRow),
    page,
  );
  const lines = [
    `${page.paint('bold', fleet)}: epoch ${epoch}, ${observersOf(status, page.paint)}`,
    ...(moving ? [page.paint('cyan', moving)] : []),
    '',
    ...table,
    '',
    ...textTable(
      [
        { header: 'Slot' },
        { header: 'Zone' },
        { header: 'Health' },
        { header: 'Virtual IPs', flexible: true },
        { header: 'Maintenance' },
      ],
      slots.map(slotRow),
      page,
    ),
  ];
  return `${lines.join('\n')}\n`;
}

export function renderReport({ order, outcome, met, tookSeconds, virtualIps, notes }: OrderReport, page: TablePage): string {
  const { style, text } = OUTCOMES[outcome];
  const lines = [
    `${page.paint(style, text(tookSeconds))}: ${inWords(order)}`,
    ...virtualIps.flatMap((virtualIp) => wrap(sentenceOn(virtualIp, outcome), page.width - 2).map((line) => `  ${line}`)),
    ...(outcome === 'planned' && !met ? [page.paint('red', 'The order would not be met.')] : []),
    ...notes.flatMap((note) => wrap(`Note: ${note}`, page.width).map((line) => page.paint('yellow', line))),
  ];
  return `${lines.join('\n')}\n`;
}

function virtualIpRow(virtualIp: VirtualIpStatus): TableRow {
  const { name, publicIp, holder, health, home, lastMoveSecondsAgo, next, stuck } = virtualIp;
  const orders = ordersOn(virtualIp);
  return {
    cells: [
      { text: name },
      { text: publicIp ?? 'gone' },
      holder === undefined ? { text: 'none', style: 'red' } : { text: holder },
      { text: health ?? '-', style: HEALTH_STYLES[health ?? ''] },
      { text: home },
      { text: lastMoveSecondsAgo === undefined ? '-' : `${spanOf(lastMoveSecondsAgo)} ago` },
      { text: nextOf(next), style: stuck ? 'red' : next.action === 'move' ? 'cyan' : undefined },
    ],
    detail: orders.length > 0 ? orders.join(', ') : undefined,
  };
}

function slotRow({ slot, zone, virtualIps, maintenanceSeconds, ...health }: SlotStatus): TableRow {
  return {
    cells: [
      { text: slot },
      { text: zone },
      healthCell(health),
      { text: virtualIps.join(', ') || '-' },
      maintenanceSeconds === undefined ? { text: '-' } : { text: `another ${spanOf(maintenanceSeconds)}`, style: 'yellow' },
    ],
  };
}

/** 'ready'; where the addresses of a slot differ, how many are how. */
function healthCell({ health, places }: Pick<SlotStatus, 'health' | 'places'>): Cell {
  const kinds = [...new Set(places.map((place) => place.health))];
  const style = HEALTH_STYLES[health];
  if (kinds.length < 2) return { text: health, style };
  return { text: kinds.map((kind) => `${places.filter((place) => place.health === kind).length} ${kind}`).join(', '), style };
}

function observersOf({ observers }: FleetStatus, paint: Paint): string {
  const silent = observers.filter(({ answered }) => !answered).map(({ zone }) => zone);
  const all = `${observers.length - silent.length} of ${observers.length} observers answered`;
  return silent.length === 0 ? all : paint('yellow', `${all}, none in ${silent.join(', ')}`);
}

function ordersOn({ pin, maintenanceSeconds, beingDeleted }: VirtualIpStatus): string[] {
  return [
    ...(pin ? [`${pin.once ? 'ordered to move' : 'pinned'} to slot ${pin.slot} for another ${spanOf(pin.endsInSeconds)}`] : []),
    ...(maintenanceSeconds === undefined ? [] : [`kept where it is for another ${spanOf(maintenanceSeconds)}`]),
    ...(beingDeleted ? ['being deleted'] : []),
  ];
}

function nextOf({ action, to, reason }: VirtualIpStatus['next']): string {
  if (action === 'move') return `goes to slot ${to}: ${reason}`;
  return `${action === 'stuck' ? 'STUCK' : 'stays'}: ${reason}`;
}

function sentenceOn(virtualIp: OrderReport['virtualIps'][number], outcome: OrderReport['outcome']): string {
  const { name, holder, health, from, next } = virtualIp;
  const place = holder === undefined ? `${name} is on no slot` : `${name} is on slot ${holder} (${health})`;
  const before = from === holder ? [] : [from === undefined ? 'before on none' : `before on slot ${from}`];
  if (outcome === 'planned') return `${place}; ${nextOf(next)}`;
  const facts = [place, ...before, ...ordersOn(virtualIp)].join(', ');
  return outcome === 'unmet' ? `${facts}; ${nextOf(next)}` : facts;
}
