// What proves that a slot died or lives, and what follows from it.
import { CHOOSE, HEALTH, SEATS } from './files.mjs';

export const PROOF = [
  {
    guard: 'a holder that could not be judged keeps what it has',
    file: CHOOSE,
    from: 'return { leave: false, reason: `${name} could not be judged` };',
    to: "return { leave: true, reason: '' };",
    breaks: 'I8 no move off a holder without proof',
  },
  {
    guard: 'a live holder is left for a ready place only',
    file: CHOOSE,
    from: "if (best?.place.health === 'ready') return { leave: true",
    to: 'if (best) return { leave: true',
    breaks: 'I8 no move off a holder without proof',
  },
  {
    guard: 'a live holder is left at all',
    file: CHOOSE,
    from: "if (best?.place.health === 'ready') return { leave: true",
    to: 'if (false) return { leave: true',
    breaks: 'I3 at no worse a place than a free one',
  },
  {
    guard: 'a dead holder is left',
    file: CHOOSE,
    from: 'return { leave: true, reason: `${name} is dead` };',
    to: "return { leave: false, reason: '' };",
    breaks: 'I3 at no worse a place than a free one',
  },
  {
    guard: 'an address that nobody holds gets a place',
    file: CHOOSE,
    from: "if (!holder) return { leave: true, reason: 'no slot of this fleet holds it' };",
    to: "if (!holder) return { leave: false, reason: '' };",
    breaks: 'I3 at no worse a place than a free one',
  },
  {
    guard: 'death takes an observer outside the zone',
    file: HEALTH,
    from: "return answers.some(({ outside }) => outside) ? 'dead' : 'unknown';",
    to: "return 'dead';",
    breaks: 'I8 no move off a holder without proof',
  },
  {
    guard: 'the best answer of any observer counts',
    file: HEALTH,
    from: 'if (answers.some(({ health }) => health === alive)) return alive;',
    to: 'if (answers.length > 0 && answers.every(({ health }) => health === alive)) return alive;',
    breaks: 'I3 at no worse a place than a free one',
  },
  {
    guard: 'a slot without an instance is dead',
    file: HEALTH,
    from: "const health = found?.instanceId === undefined ? 'dead' : judgeAddress",
    to: 'const health = judgeAddress',
    breaks: 'I3 at no worse a place than a free one',
  },
  {
    guard: 'only a place that was observed alive receives',
    file: SEATS,
    from: 'RANK[place.health] > 0 && isFree(place)',
    to: 'isFree(place)',
    breaks: 'I2 only to a place observed alive',
  },
  {
    guard: 'ready beats live',
    file: SEATS,
    from: 'RANK[b.place.health] - RANK[a.place.health] ||',
    to: '',
    breaks: 'I3 at no worse a place than a free one',
  },
];
