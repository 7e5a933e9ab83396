// What a delete of CloudFormation does.
import { LIFECYCLE } from './files.mjs';

export const DELETING = [
  {
    guard: 'a delete writes a tombstone',
    file: LIFECYCLE,
    from: '[...new Set([...state.tombstones, Name])]',
    to: 'state.tombstones',
    breaks: 'I6',
  },
  {
    guard: 'a delete waits for caches',
    file: LIFECYCLE,
    from: 'await clock.sleep(delay * 1000);',
    to: '',
    breaks: 'I11 caches have forgotten it',
  },
  {
    guard: 'a delete lets the address go',
    file: LIFECYCLE,
    from: 'const failure = await release.disassociate(associationId).then(',
    to: 'const failure = await Promise.resolve().then(',
    also: [["if (seen !== 'as wanted') throw", 'if (false) throw']],
    breaks: 'I11 a deleted address is let go',
  },
  {
    guard: 'a delete reads back',
    file: LIFECYCLE,
    from: "if (seen !== 'as wanted') throw",
    to: 'if (false) throw',
    breaks: 'I11 a deleted address is let go',
    full: ['deletions', ['disassociate', 'refused']],
  },
];
