import { ElasticAddressing } from 'cdk-proxy-fleet';
import { ScaledClock } from '../../../rehearsal/clock';
import { RecordService } from '../../../rehearsal/planes/record-service';
import { Recorder } from '../../../rehearsal/recorder';
import { loadTemplate } from '../../../rehearsal/template/load-template';
import type { RecordsModel, SlotModel } from '../../../rehearsal/template/model';
import { readFleet } from '../../../rehearsal/template/read-fleet';
import { elastic } from '../fleet-template';

const fleet = readFleet(loadTemplate(elastic(ElasticAddressing.instanceAddresses())));
const [first] = fleet.slots as [SlotModel];
const clock = new ScaledClock(100);
let service: RecordService;

beforeEach(() => {
  service = new RecordService({
    records: { ...(fleet.records as RecordsModel), launchSeconds: 100 },
    zones: fleet.zones,
    slots: fleet.slots,
    clock,
    recorder: new Recorder(clock, () => undefined),
    random: () => 0.5,
    isSilent: () => false,
    onCheckMade: () => undefined,
  });
});

afterEach(() => service.stop());

test('an instance that is not published in time is given up, and the one after it is published', async () => {
  service.loseApi(110);

  expect(await service.launch(first)).toBeUndefined();
  service.end(first.slot);
  expect(await service.launch(first)).toBe(first.address);
});

test('where none may be given up, the message says what to do', async () => {
  service.loseApi(110);

  await expect(service.start([first])).rejects.toThrow(
    'the instance of slot 1 was not published in time: free the machine and try again',
  );
});
