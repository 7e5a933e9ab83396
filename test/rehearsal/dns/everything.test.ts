import type { Answer, Question } from '../../../rehearsal/dns/answer';
import { additionalsOf, answerAny } from '../../../rehearsal/dns/everything';

const answered = (...answers: Answer['answers']): Answer => ({ rcode: 'NOERROR', answers, authorities: [] });

test('of a CNAME record ANY gets the record, once, and not what it leads to', () => {
  const cname = { name: 'shop.example.com', type: 'CNAME', ttl: 60, data: 'www.example.com' } as const;
  const ask = ({ type }: Question) =>
    type === 'A' ? answered(cname, { name: 'www.example.com', type: 'A', ttl: 60, data: '192.0.2.1' }) : answered(cname);

  expect(answerAny('shop.example.com', ask).answers).toEqual([cname]);
});

test('each host is looked up once, and hosts of other answers are not', () => {
  const asked: string[] = [];
  const ask = ({ name, type }: Question) => {
    asked.push(`${name} ${type}`);
    return answered();
  };
  const record = (type: 'MX' | 'SRV' | 'CNAME' | 'TXT', data: string) => ({ name: 'example.com', type, ttl: 60, data });

  additionalsOf(answered(record('MX', '10 a.example.com'), record('MX', '20 a.example.com.')), ask);
  additionalsOf(answered(record('SRV', '0 0 0 .'), record('CNAME', 'b.example.com'), record('TXT', '"c.example.com"')), ask);

  expect(asked).toEqual(['a.example.com A', 'a.example.com AAAA']);
});
