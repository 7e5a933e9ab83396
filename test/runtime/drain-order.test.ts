/** An order for one slot while Systems Manager cannot be heard; the rest is in `test/cli/drain.test.ts`. */
import { orderDrain } from '../../runtime/drain-order';
import type { SlotPorts } from '../../runtime/ports';
import { VirtualTime } from './virtual-time';

const IN_PROGRESS = { status: 'InProgress', output: 'drain: leaving\n', errors: '' };

/** The order is given, and then looks come to this. */
function order(look: (second: number) => Awaited<ReturnType<SlotPorts['look']>> | Error) {
  const clock = new VirtualTime();
  const began = clock.now();
  const ports: SlotPorts = {
    clock,
    slots: async () => [{ fleet: 'Edge', slot: '1', instanceId: 'i-1' }],
    send: async () => 'command-1',
    look: async () => {
      const seen = look((clock.now() - began) / 1000);
      if (seen instanceof Error) throw seen;
      return seen;
    },
  };
  const request = { stack: 'Demo', slot: '1', undo: false };
  return clock.settle(orderDrain(ports, request, { sent: () => undefined, line: () => undefined }));
}

test('a gap of the network is waited out', async () => {
  const report = await order((second) => {
    if (second < 10) return IN_PROGRESS;
    return second < 60 ? new Error('made up') : { status: 'Success', output: 'drain: leaving\ndrain: stopped\n', errors: '' };
  });

  expect(report).toMatchObject({ met: true, lines: ['drain: leaving', 'drain: stopped'] });
});

test('of an order that was given and cannot be followed nobody says that nothing was done', async () => {
  const report = await order((second) => (second < 10 ? IN_PROGRESS : new Error('the session is over')));

  expect(report).toMatchObject({ met: false, status: 'Unknown', lines: ['drain: leaving', 'Error: the session is over'] });
  expect(report.tookSeconds).toBeCloseTo(70, -1);
});
