/** Scenario `vip-hang`: the proxy of a holder accepts connections and never answers. Only its watchdog can tell. */
import { loseHolder } from './lose-holder';
import type { Scenario } from './scenario';
import { requireVirtualIp } from './takeover-steps';

export const vipHang: Scenario = {
  summary: "a holder's proxy hangs, it accepts and never answers: its watchdog finds it sick, and its virtual IPs move",
  timeScale: 1,
  validate: requireVirtualIp,
  play: (stage) =>
    loseHolder(stage, {
      text: 'SIGSTOP: the proxy accepts connections and never answers',
      fault: (slot) => stage.box.hosts.pauseProxy(slot),
    }),
};
