import { create, record, refusal, testPlane } from './planes';

describe('S22: values', () => {
  test.each([
    [
      'A',
      'www.example.org',
      /ARRDATAIllegalIPv4Address \(Value is not a valid IPv4 address\) encountered with 'www.example.org'/,
    ],
    ['AAAA', '198.51.100.1', /not a valid IPv6 address/],
  ] as const)('type %s cannot hold %s', (type, value, text) => {
    const { messages } = refusal(() => testPlane().change(create(record('www.example.com', value, { Type: type }))));

    expect(messages).toEqual([expect.stringMatching(text)]);
  });

  test('a record set holds a value once', () => {
    const { messages } = refusal(() => testPlane().change(create(record('www.example.com', ['198.51.100.1', '198.51.100.1']))));

    expect(messages).toEqual(["Duplicate Resource Record: '198.51.100.1'"]);
  });

  test('a record set holds 400 values, one more is refused', () => {
    const values = Array.from({ length: 401 }, (_, index) => `198.51.${Math.floor(index / 200)}.${index % 200}`);

    testPlane().change(create(record('www.example.com', values.slice(1))));

    expect(refusal(() => testPlane().change(create(record('www.example.com', values)))).messages).toEqual([
      'Cannot have more than 400 records in a RRSet.',
    ]);
  });

  test('a CNAME holds one value', () => {
    const set = record('www.example.com', ['a.example.org', 'b.example.org'], { Type: 'CNAME' });

    expect(refusal(() => testPlane().change(create(set))).messages).toEqual([
      expect.stringContaining('must contain one ResourceRecord'),
    ]);
  });

  test('labels have 1 to 63 characters', () => {
    for (const name of [`${'x'.repeat(64)}.example.com`, 'a..example.com']) {
      expect(refusal(() => testPlane().change(create(record(name)))).messages).toEqual([
        expect.stringContaining('DomainLabelLength'),
      ]);
    }
    expect(refusal(() => testPlane().change(create(record('')))).messages).toEqual([
      "FATAL problem: DomainNameEmpty (Domain name is empty) encountered with ''",
    ]);
  });
});
