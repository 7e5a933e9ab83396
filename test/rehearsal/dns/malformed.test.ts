/** Packets that are no proper query. */
import { encode } from 'dns-packet';
import { askUdp, edns, type Place, query, resolveUdp } from './queries';
import { closeAll, make } from './servers';

let place: Place;
beforeAll(async () => {
  place = await make().start();
});
afterAll(closeAll);

const header = (flags: number, questions = 1) => {
  const packet = Buffer.alloc(12);
  packet.writeUInt16BE(77, 0);
  packet.writeUInt16BE(flags, 2);
  packet.writeUInt16BE(questions, 4);
  return packet;
};
const twoQuestions = query('', { questions: ['a.example.com', 'b.example.com'].map((name) => ({ name, type: 'A' })) });
const question = { name: 'www.example.com', type: 'A' };
const twoOpts = query('', { questions: [question], additionals: [...edns(1232).additionals, ...edns(1232).additionals] });
const dotInLabel = Buffer.concat([header(0), Buffer.from('\x0bwww.example\x03com\0\0\x01\0\x01', 'latin1')]);
const cutOff = query('www.example.com').subarray(0, 20);

test.each([
  ['a question that is missing', header(0)],
  ['no question at all', header(0, 0)],
  ['two questions', twoQuestions],
  ['two OPT records', twoOpts],
  ['a label that holds a dot', dotInLabel],
  ['a name that is cut off', cutOff],
])('%s is a format error, with the id of the query', async (_, packet) => {
  const response = await resolveUdp(place, packet);

  expect(response).toMatchObject({ id: packet.readUInt16BE(0), rcode: 'FORMERR', questions: [] });
});

test('operations other than a query are not implemented', async () => {
  const notify = 4;

  expect(await resolveUdp(place, header(notify << 11, 0))).toMatchObject({ id: 77, rcode: 'NOTIMP', opcode: 'NOTIFY' });
});

test.each([
  ['a response', encode({ type: 'response', id: 1, questions: [{ name: 'www.example.com', type: 'A' }] })],
  ['less than a header', Buffer.from([1, 2, 3])],
  ['nothing', Buffer.alloc(0)],
])('%s is not answered', async (_, packet) => {
  await expect(askUdp(place, packet, 200)).resolves.toBeUndefined();
});

test('a record that cannot be written is a server failure, not a crash', async () => {
  expect(await resolveUdp(place, query('broken.example.com'))).toMatchObject({ rcode: 'SERVFAIL', answers: [] });
});
