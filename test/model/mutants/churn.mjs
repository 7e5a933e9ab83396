// How often an address may move.
import { CHOOSE, HISTORY, RUN } from './files.mjs';

export const CHURN = [
  {
    guard: 'the cap of moves per window',
    file: CHOOSE,
    from: 'if (isWindowFull(state, name, limits, now)) {',
    to: 'if (false) {',
    breaks: 'I8 bounded moves per window',
  },
  {
    guard: 'the cool-down',
    file: CHOOSE,
    from: 'if (isAlive(holder) && isCoolingDown(state, name, limits, now)) {',
    to: 'if (false) {',
    breaks: 'I8 a holder that lives is spared in the cool-down',
  },
  {
    guard: 'a move is remembered',
    file: HISTORY,
    from: '[virtualIp]: [...recent, now]',
    to: '[virtualIp]: recent',
    breaks: 'I8 bounded moves per window',
  },
  {
    guard: 'only what a move was refused for certain is taken back',
    file: RUN,
    from: "failure?.cause instanceof Refused && seen === 'otherwise'",
    to: "failure && seen === 'otherwise'",
    breaks: 'I1 one epoch acts',
    full: [['associate', 'late']],
  },
  {
    guard: 'what the read-back could not read is not taken back',
    file: RUN,
    from: "failure?.cause instanceof Refused && seen === 'otherwise'",
    to: "seen !== 'unread'",
    breaks: 'I1 one epoch acts',
    full: [['associate', 'late']],
  },
];
