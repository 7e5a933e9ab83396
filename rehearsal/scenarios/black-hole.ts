/** Scenario `black-hole`: the network of a host drops every packet, so that nobody refuses and nobody answers, and it comes back later. */
import { loseProxy } from './lose-proxy';
import type { Scenario } from './scenario';

export const blackHole: Scenario = {
  summary: 'packets to a host are dropped, so nobody refuses: DNS drops its address, and its virtual IPs move',
  timeScale: 10,
  notes: ['Connections that were open when packets were dropped were reset here; on AWS nobody would tell their other end.'],
  play: (stage) =>
    loseProxy(stage, {
      text: 'packets are dropped: nobody refuses, and nobody answers',
      fault: (slot) => stage.box.hosts.isolateHost(slot),
      recovery: (slot) => stage.box.hosts.rejoinHost(slot),
    }),
};
