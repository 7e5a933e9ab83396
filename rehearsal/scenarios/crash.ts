/** Scenario `crash`: a proxy dies at once (SIGKILL, so that its port refuses) and comes back later. */
import { loseProxy } from './lose-proxy';
import type { Scenario } from './scenario';

export const crash: Scenario = {
  summary: 'a proxy dies, and its port refuses: DNS drops its address, and its virtual IPs move',
  timeScale: 10,
  play: (stage) =>
    loseProxy(stage, {
      text: 'SIGKILL: the proxy is gone, its port refuses',
      fault: (slot) => stage.box.hosts.killProxy(slot),
      recovery: (slot) => stage.box.hosts.startProxy(slot),
    }),
};
