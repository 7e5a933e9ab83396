// What a run makes of the answers it gets, and what it tells of itself.
import { LOOK, RUN, TAKEOVER } from './files.mjs';

export const ANSWERS = [
  {
    guard: 'a read-back confirms the move',
    file: RUN,
    from: "if (seen === 'as wanted') {",
    to: 'if (!failure || true) {',
    breaks: 'I10',
    full: [['associate', 'refused']],
  },
  {
    guard: 'a failed move fails the run',
    file: RUN,
    from: 'this.failures.push(failed);',
    to: '',
    breaks: 'I10 a failed move is no success',
    full: [['associate', 'refused']],
  },
  {
    guard: 'looks are bounded',
    file: TAKEOVER,
    from: 'looks === LOOKS ||',
    to: '',
    breaks: 'I10 looks are bounded',
    full: [['associate', 'refused']],
  },
  {
    guard: 'a run that could not look says so',
    file: RUN,
    from: "this.ports.log.write({ event: 'failed', reason: `${what}: ${reasonOf(error)}` });",
    to: '',
    breaks: 'I14 no run fails silently',
  },
  {
    guard: 'decisions are logged',
    file: RUN,
    from: "this.ports.log.write({ event: action === 'keep' ? kept : 'stuck', virtualIp, epoch: stored.epoch, reason });",
    to: '',
    breaks: 'I14 every decision is in the log',
  },
  {
    guard: 'an address on several interfaces is asked for by itself',
    file: LOOK,
    from: '=== allocation).length === 1)',
    to: '=== allocation).length >= 0)',
    breaks: 'I3',
  },
];
