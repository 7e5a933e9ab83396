/** Packets that are no proper query. */
import { decode, encode } from 'dns-packet';
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
const loop = Buffer.concat([header(0), Buffer.from('c00c00010001', 'hex')]);
const longLabel = Buffer.concat([header(0), Buffer.from([64]), Buffer.alloc(64, 'a'), Buffer.from('0000010001', 'hex')]);
const longName = Buffer.concat([
  header(0),
  ...Array<Buffer>(32).fill(Buffer.from('\x07example')),
  Buffer.from('0000010001', 'hex'),
]);
const opt = (data: string) => {
  const bytes = Buffer.from(data, 'hex');
  const record = Buffer.from('00002904d000000000', 'hex');
  const grown = Buffer.concat([query('www.example.com'), record, Buffer.from([0, bytes.length]), bytes]);
  grown.writeUInt16BE(1, 10);
  return grown;
};
const optOfName = Buffer.concat([query('www.example.com'), Buffer.from('c00c002904d0000000000000', 'hex')]);
optOfName.writeUInt16BE(1, 10);
const oneTooMany = query('www.example.com');
oneTooMany.writeUInt16BE(65_535, 6);
const cutOff = query('www.example.com').subarray(0, 20);

test.each([
  ['a question that is missing', header(0)],
  ['no question at all', header(0, 0)],
  ['two questions', twoQuestions],
  ['two OPT records', twoOpts],
  ['a name that points to itself', loop],
  ['a label of 64 bytes', longLabel],
  ['a name of more than 255 bytes', longName],
  ['an option that is longer than its record', opt('000a0009')],
  ['an option that is cut off', opt('000a00')],
  ['an OPT record with a name', optOfName],
  ['records that are announced and missing', oneTooMany],
  ['a question for OPT', query('www.example.com', { questionType: 'OPT' })],
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

test('a label that holds a dot or bytes that are no text is a name like others, which does not exist', async () => {
  const labels = Buffer.from('\x05w.w\xffw\x07example\x03com\0\0\x01\0\x01', 'latin1');

  const response = (await askUdp(place, Buffer.concat([header(0), labels]))) as Buffer;

  expect(decode(response).rcode).toBe('NXDOMAIN');
  expect(response.subarray(12, 12 + labels.length)).toEqual(labels);
});

test.each(['AXFR', 'IXFR', 'UNKNOWN_254', 'UNKNOWN_253', 'TSIG', 'TKEY'])(
  'a question for %s is refused',
  async (questionType) => {
    expect(await resolveUdp(place, query('example.com', { questionType }))).toMatchObject({ rcode: 'REFUSED', answers: [] });
  },
);

test('what comes behind the last record is not looked at', async () => {
  const grown = Buffer.concat([query('www.example.com'), Buffer.from('more')]);

  expect(await resolveUdp(place, grown)).toMatchObject({ rcode: 'NOERROR' });
});
