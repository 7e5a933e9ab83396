/** Everything that can be played, by its name. */
import { adoption } from './adoption';
import { crash } from './crash';
import { failover } from './failover';
import type { Scenario } from './scenario';
import { vipAllDead } from './vip-all-dead';
import { vipCrash } from './vip-crash';
import { vipFlap } from './vip-flap';
import { vipHang } from './vip-hang';
import { vipPlannedMove } from './vip-planned-move';

export const SCENARIOS: Readonly<Record<string, Scenario>> = {
  crash,
  failover,
  'vip-crash': vipCrash,
  'vip-hang': vipHang,
  'vip-planned-move': vipPlannedMove,
  'vip-flap': vipFlap,
  'vip-all-dead': vipAllDead,
  adoption,
};
