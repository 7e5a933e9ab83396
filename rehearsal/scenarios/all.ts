/** Everything that can be played, by its name. */
import { type FleetModel, isElastic } from '../template/model';
import { adoption } from './adoption';
import { apiLoss } from './api-loss';
import { blackHole } from './black-hole';
import { crash } from './crash';
import { dnsLoss } from './dns-loss';
import { drain } from './drain';
import { failover } from './failover';
import { hang } from './hang';
import { instanceLoss } from './instance-loss';
import { refresh } from './refresh';
import { reload } from './reload';
import { scaleIn } from './scale-in';
import { scaleOut } from './scale-out';
import type { Scenario } from './scenario';
import { spotInterruption } from './spot-interruption';
import { storm } from './storm';
import { targetLoss } from './target-loss';
import { vipAllDead } from './vip-all-dead';
import { vipCrash } from './vip-crash';
import { vipFlap } from './vip-flap';
import { vipHang } from './vip-hang';
import { vipPlannedMove } from './vip-planned-move';
import { zoneLoss } from './zone-loss';

export const SCENARIOS: Readonly<Record<string, Scenario>> = {
  crash,
  'black-hole': blackHole,
  hang,
  drain,
  failover,
  'target-loss': targetLoss,
  'dns-loss': dnsLoss,
  reload,
  'vip-crash': vipCrash,
  'vip-hang': vipHang,
  'vip-planned-move': vipPlannedMove,
  'vip-flap': vipFlap,
  'vip-all-dead': vipAllDead,
  adoption,
  'instance-loss': instanceLoss,
  'zone-loss': zoneLoss,
  'scale-out': scaleOut,
  storm,
  'scale-in': scaleIn,
  refresh,
  'spot-interruption': spotInterruption,
  'api-loss': apiLoss,
};

/** What is played when nobody says. */
export function defaultScenario(fleet: FleetModel): string {
  return isElastic(fleet) ? 'instance-loss' : 'crash';
}
