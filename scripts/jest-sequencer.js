// Spreads the test files that rehearse evenly among all others: they take turns, and a worker that waits for its turn does nothing else.
const { readFileSync } = require('node:fs');
const { default: Sequencer } = require('@jest/test-sequencer');

module.exports = class extends Sequencer {
  sort(tests) {
    const sorted = super.sort(tests);
    const isRehearsal = ({ path }) => readFileSync(path, 'utf8').includes("from './turn'");
    const rehearsals = sorted.filter(isRehearsal);
    const others = sorted.filter((test) => !isRehearsal(test));
    const share = Math.ceil(others.length / (rehearsals.length + 1));
    return rehearsals
      .flatMap((rehearsal, index) => [rehearsal, ...others.slice(index * share, (index + 1) * share)])
      .concat(others.slice(rehearsals.length * share));
  }
};
