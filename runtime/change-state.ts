import type { FleetTopology } from '../lib/private/takeover-contract';
import { isShown, PendingWait, withConfirmed, writtenMoves } from './core/pending';
import { glanceAt, type LookPorts } from './look';
import type { Stored, TakeoverState } from './ports';
import { reasonOf } from './reason-of';
import type { TakeoverOptions } from './takeover';

/** As long as permissions take that were just granted, and after that a move that died. */
const WAIT_SECONDS = 170;
const PAUSE_MS = 1000;

export interface ChangeOptions extends Required<TakeoverOptions> {
  /** What becomes of an error while somebody looks or writes, and of one that `revise` throws. @default 'wait out' */
  readonly errors?: 'wait out' | 'throw';
}

/**
 * Writes what is to be remembered, at a moment when no move is under way: whoever decided without knowing of it is refused from then
 * on. Waits for that moment, and through errors unless they are to be thrown, until the deadline; tries at least once.
 */
export async function changeState(
  ports: Pick<LookPorts, 'view' | 'plane' | 'store' | 'clock'>,
  topology: FleetTopology,
  { owner, deadline, errors = 'wait out' }: ChangeOptions,
  revise: (state: TakeoverState) => TakeoverState,
): Promise<Stored> {
  const { clock, store } = ports;
  const began = clock.now();
  const wait = new PendingWait();
  const end = Math.min(began + WAIT_SECONDS * 1000, deadline);
  let obstacle: string;
  for (let attempt = 1; ; attempt++) {
    try {
      const asked = clock.elapsed();
      const { stored, addresses } = await glanceAt(ports, topology);
      if (wait.isUnderWay(stored.state, addresses, asked, clock.elapsed())) {
        obstacle = 'a move is under way';
      } else {
        const shown = writtenMoves(stored.state).filter((move) => isShown(move, addresses));
        const state = withConfirmed(revise(withConfirmed(stored.state, [])), shown);
        if (await store.commit(stored, state, `${owner} ${attempt}`)) return { epoch: stored.epoch + 1, state };
        obstacle = 'others wrote at the same time';
      }
    } catch (error) {
      if (errors === 'throw') throw error;
      obstacle = reasonOf(error);
    }
    if (clock.now() + PAUSE_MS >= end) break;
    await clock.sleep(PAUSE_MS);
  }
  const waited = Math.round((clock.now() - began) / 1000);
  throw new Error(`the fleet's table must take a change, took none within ${waited} s (${obstacle}): try again`);
}
