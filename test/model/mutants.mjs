// The guards of the takeover, each with a change that takes it away and the invariant that must not survive that. `from` must occur
// exactly once in its file, so that a guard which was rewritten is noticed. `full`: what histories are full of that show it.
//
// Not here, because no invariant speaks of them and unit tests hold them: what only chooses words (`gone`, `nowhere`, what a keep
// says), which of several equally good places is taken, and what only saves time (a move is over as soon as EC2 shows it; one that EC2
// never showed is cleared away).

import { ANSWERS } from './mutants/answers.mjs';
import { CHURN } from './mutants/churn.mjs';
import { DELETING } from './mutants/deleting.mjs';
import { FAILBACK } from './mutants/failback.mjs';
import { FENCE } from './mutants/fence.mjs';
import { ORDERS } from './mutants/orders.mjs';
import { PLACES } from './mutants/places.mjs';
import { PROOF } from './mutants/proof.mjs';

export const MUTANTS = [...ORDERS, ...PROOF, ...PLACES, ...CHURN, ...FAILBACK, ...FENCE, ...ANSWERS, ...DELETING];
