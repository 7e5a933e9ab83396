import { giveOrder, readStatus } from '../../runtime/operator';
import type { OrderRequest } from '../../runtime/order-request';
import type { OperatorPorts } from '../../runtime/ports';
import { runTakeover } from '../../runtime/takeover';
import type { FleetSize } from './fake-fleet';
import { type Scene, scene } from './scene';

export interface Stage extends Scene {
  readonly operator: OperatorPorts;
  hints: number;
}

/** A fleet whose virtual IPs sit at home, and whose takeover function runs for real when it is asked to. */
export function stage(size: FleetSize, changes: Partial<OperatorPorts> = {}): Stage {
  const here = scene(size);
  for (const { name, home } of here.fleet.topology.virtualIps) here.fleet.putOn(name, home);
  const operator: OperatorPorts = {
    ...here.ports,
    hint: async () => {
      whole.hints++;
      void arbiter(here);
    },
    ...changes,
  };
  const whole: Stage = { ...here, operator, hints: 0 };
  return whole;
}

let runs = 0;

/** A run of the takeover function. */
export const arbiter = ({ ports, fleet }: Scene) => runTakeover(ports, fleet.topology, { owner: `run ${++runs}` });

export const status = ({ time, operator, fleet }: Stage) => time.settle(readStatus(operator, fleet.topology));

export const give = ({ time, operator, fleet }: Stage, request: OrderRequest, dryRun = false) =>
  time.settle(giveOrder(operator, fleet.topology, request, { owner: `operator ${++runs}`, dryRun }));

/** In seconds. */
export const HOUR = 3600;
