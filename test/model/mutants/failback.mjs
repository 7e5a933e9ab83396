// When an address goes home.
import { CHOOSE } from './files.mjs';

export const FAILBACK = [
  {
    guard: 'nothing goes home unless asked for',
    file: CHOOSE,
    from: "case 'ready':\n      if (homeSeat)",
    to: "case 'ready':\n      if (best?.slot.slot === home) return { leave: true, reason: '' };\n      if (homeSeat)",
    breaks: 'I9 no failback unless asked for and due',
  },
  {
    guard: 'the delay of preemption',
    file: CHOOSE,
    from: 'if (circumstances.now - ready < preemptAfterSeconds * 1000) return undefined;',
    to: '',
    breaks: 'I9 no failback unless asked for and due',
  },
  {
    guard: 'the delay begins anew when the home slot fails',
    file: CHOOSE,
    from: '|| !away || !readyAt(homeSlot, seating)) return [];',
    to: '|| !away) return [];',
    breaks: 'I9 no failback unless asked for and due',
  },
  {
    guard: 'the delay begins anew when the address was at home',
    file: CHOOSE,
    from: '|| !away || !readyAt(homeSlot, seating)) return [];',
    to: '|| !readyAt(homeSlot, seating)) return [];',
    breaks: 'I9 no failback unless asked for and due',
  },
  {
    guard: 'an address comes home when asked for',
    file: CHOOSE,
    from: 'if (homeSeat) return { leave: true',
    to: 'if (false) return { leave: true',
    breaks: 'I3 it comes home when asked for',
  },
];
