/** Scenario `vip-crash`: the host of a holder dies at once, so that its heartbeats and its watchdog fall silent with its proxy. */
import { DEAD_HOST, loseHolder } from './lose-holder';
import type { Scenario } from './scenario';
import { requireVirtualIp } from './takeover-steps';

export const vipCrash: Scenario = {
  summary: "a holder's host dies at once: its heartbeats fall silent, and another slot adopts its virtual IPs",
  timeScale: 1,
  notes: [DEAD_HOST],
  validate: requireVirtualIp,
  play: (stage) =>
    loseHolder(stage, {
      text: 'the host is dead: no proxy, no watchdog, no heartbeats',
      fault: (slot) => stage.box.hosts.killHost(slot),
    }),
};
