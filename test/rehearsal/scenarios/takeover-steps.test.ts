import { SCENARIOS } from '../../../rehearsal/scenarios/all';
import { takeoverNotes } from '../../../rehearsal/scenarios/takeover-steps';
import type { FleetModel } from '../../../rehearsal/template/model';
import { run } from '../report/fixture';

const fleet: FleetModel = { stack: 'S', slots: [], zones: [], healthChecks: [], elsewhere: [], skipped: [] };
const heartbeat = { advertMs: 200 };
const taking = (seconds: number | undefined) =>
  run({
    measures: [
      { name: 'Vip takeover', seconds, kept: true },
      { name: 'Vip moves', seconds: 9, kept: true },
    ],
  });

test('the takeover is set beside its target, in real time and with heartbeats only', () => {
  const beating = { ...fleet, heartbeat };

  expect(takeoverNotes([taking(0.81), taking(0.94)], beating, 1)).toEqual([
    expect.stringMatching(/^A takeover took 0\.94 s at most .* the target is 1\.5 s in 99 of 100\.$/),
  ]);
  expect(
    takeoverNotes(
      Array.from({ length: 100 }, (_, index) => taking(index / 100)),
      beating,
      1,
    )[0],
  ).toContain('took 0.98 s in 99 of 100');
  expect(takeoverNotes([taking(0.81)], beating, 10)).toEqual([]);
  expect(takeoverNotes([taking(0.81)], fleet, 1)).toEqual([]);
  expect(takeoverNotes([run()], beating, 1)).toEqual([]);
});

test('scenarios about virtual IPs run in real time, and say what a stack lacks', () => {
  const aboutVirtualIps = Object.entries(SCENARIOS).filter(([name]) => name.startsWith('vip-') || name === 'adoption');
  expect(aboutVirtualIps).toHaveLength(6);
  for (const [name, { timeScale, validate }] of aboutVirtualIps) {
    expect([name, timeScale]).toEqual([name, 1]);
    expect(() => validate?.(fleet)).toThrow("needs a virtual IP, 'S' has none: add new VirtualIp(");
  }
});
