/** Orders of operators. Each has an end, so that a forgotten one cannot hold an address for ever. */
import { MOVE_ORDER_SECONDS } from '../../lib/private/takeover-contract';
import type { TakeoverState } from './model';

/** What an operator may ask for. Times are epoch milliseconds. */
export type Order =
  /** Go to that slot once, now. */
  | { readonly kind: 'move'; readonly virtualIp: string; readonly slot: string }
  /** Go to that slot and stay there. */
  | { readonly kind: 'pin'; readonly virtualIp: string; readonly slot: string; readonly until: number }
  /** No pin and no pending order to move any more. */
  | { readonly kind: 'unpin'; readonly virtualIp: string }
  /** Keep the virtual IP where it is; without `until`: no longer. */
  | { readonly kind: 'freeze'; readonly virtualIp: string; readonly until?: number }
  /** Keep the slot free of virtual IPs; without `until`: no longer. */
  | { readonly kind: 'evacuate'; readonly slot: string; readonly until?: number };

/** The state with the order in it. */
export function applyOrder(state: TakeoverState, order: Order, now: number): TakeoverState {
  switch (order.kind) {
    case 'move': {
      const pin = { slot: order.slot, until: now + MOVE_ORDER_SECONDS * 1000, once: true };
      return { ...state, pins: { ...state.pins, [order.virtualIp]: pin } };
    }
    case 'pin': {
      const pin = { slot: order.slot, until: order.until, once: false };
      return { ...state, pins: { ...state.pins, [order.virtualIp]: pin } };
    }
    case 'unpin':
      return { ...state, pins: without(state.pins, order.virtualIp) };
    case 'freeze': {
      const virtualIps = setOrDelete(state.maintenance.virtualIps, order.virtualIp, order.until);
      return { ...state, maintenance: { ...state.maintenance, virtualIps } };
    }
    case 'evacuate': {
      const slots = setOrDelete(state.maintenance.slots, order.slot, order.until);
      return { ...state, maintenance: { ...state.maintenance, slots } };
    }
  }
}

/** The state without orders whose time is over. */
export function inForce(state: TakeoverState, now: number): TakeoverState {
  const lasting = <T>(all: Record<string, T>, until: (order: T) => number) =>
    Object.fromEntries(Object.entries(all).filter(([, order]) => until(order) > now));
  return {
    ...state,
    pins: lasting(state.pins, ({ until }) => until),
    maintenance: {
      slots: lasting(state.maintenance.slots, (until) => until),
      virtualIps: lasting(state.maintenance.virtualIps, (until) => until),
    },
  };
}

/** The record without one entry. */
export function without<T>(all: Record<string, T>, name: string): Record<string, T> {
  return Object.fromEntries(Object.entries(all).filter(([other]) => other !== name));
}

function setOrDelete(all: Record<string, number>, name: string, until: number | undefined): Record<string, number> {
  return until === undefined ? without(all, name) : { ...all, [name]: until };
}
