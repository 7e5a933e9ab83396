// Which places are free.
import { SEATS } from './files.mjs';

export const PLACES = [
  {
    guard: 'a place that carries an address is taken',
    file: SEATS,
    from: 'const isFree = ({ address }: Place) => !barred.has(address) && ',
    to: 'const isFree = ({ address }: Place) => ',
    breaks: 'I4 nobody is pushed off',
    full: ['orders', ['associate', 'refused']],
  },
  {
    guard: 'a place that a decision gave away is taken',
    file: SEATS,
    from: '!barred.has(address) && !taken.some(({ place }) => place.address === address);',
    to: '!barred.has(address);',
    breaks: 'I4 no known holder is pushed off',
  },
  {
    guard: 'a gap in an answer moves nothing',
    file: SEATS,
    from: "const place = slot.places.length === 0 ? { address: privateAddress, health: 'unknown' as const } : seen;",
    to: 'const place = seen;',
    breaks: 'I8 no move off a holder without proof',
    full: [['interfaces', 'hides one']],
  },
];
