import { alias, create, record, refusal, testPlane, upsert, ZONE } from './planes';

const OTHER = 'Z2OTHER';
const LOAD_BALANCER = 'Z35SXDOTRQ7X7K';
const zones = [
  { id: ZONE, name: 'example.com', nameServers: ['ns-1.awsdns.test'] },
  { id: OTHER, name: 'example.org', nameServers: ['ns-1.awsdns.test'] },
];

test('S22, V8: an alias leads to a record set of the zone, of the same type', () => {
  const { change, held } = testPlane();
  change(create(record('fleet.example.com')));

  change(create(alias('www.example.com', 'Fleet.example.com.')));

  expect(held()).toHaveLength(2);
});

test('S22, V8: an alias may lead to a group, and target and alias may come in one batch', () => {
  const { change, held } = testPlane();
  const slot = (index: number) =>
    create(record('fleet.example.com', `198.51.100.${index}`, { SetIdentifier: `slot-${index}`, MultiValueAnswer: true }));

  change(create(alias('www.example.com', 'fleet.example.com', { SetIdentifier: 'one', Failover: 'PRIMARY' })), slot(1), slot(2));

  expect(held()).toHaveLength(3);
});

test('S22, V8: a target that does not exist is refused, one of another type is no target', () => {
  const { change } = testPlane();
  change(create(record('fleet.example.com', '2001:db8::1', { Type: 'AAAA' })));

  for (const target of ['gone.example.com', 'fleet.example.com']) {
    expect(refusal(() => change(create(alias('www.example.com', target)))).messages).toEqual([
      `Tried to create an alias that targets ${target}., type A in zone ${ZONE}, but that target was not found`,
    ]);
  }
});

test('S22, V8: a target outside the zone is refused with both texts', () => {
  const target = 'fleet.us-east-1.elb.amazonaws.com';
  const start = `Tried to create an alias that targets ${target}., type A in zone ${ZONE}, but`;

  expect(refusal(() => testPlane().change(create(alias('www.example.com', target)))).messages).toEqual([
    `${start} the alias target name does not lie within the target zone`,
    `${start} that target was not found`,
  ]);
});

test("S22, V8: an alias to another zone of the account is refused, one to an AWS service's zone is not", () => {
  const { change, held } = testPlane({ zones });

  const { messages } = refusal(() => change(create(alias('www.example.com', 'www.example.org', {}, OTHER))));
  change(create(alias('www.example.com', 'fleet.us-east-1.elb.amazonaws.com', {}, LOAD_BALANCER)));

  expect(messages).toEqual([expect.stringContaining('which is not the zone of the alias')]);
  expect(held()).toEqual(['www.example.com. A']);
});

test('S22, V8: there are no multivalue aliases and no multivalue CNAME', () => {
  const { change } = testPlane();
  change(create(record('fleet.example.com')));
  const multivalue = { SetIdentifier: 'one', MultiValueAnswer: true };
  const cname = record('www.example.com', 'fleet.example.com', { ...multivalue, Type: 'CNAME' });

  expect(refusal(() => change(create(alias('www.example.com', 'fleet.example.com', multivalue)))).messages).toEqual([
    expect.stringContaining("you can't create multivalue answer alias records"),
  ]);
  expect(refusal(() => change(create(cname))).messages).toEqual([expect.stringContaining('cannot have type CNAME')]);
});

test('S22, V8: NS records have no alias', () => {
  const { messages } = refusal(() => testPlane().change(create(alias('sub.example.com', 'example.com', { Type: 'NS' }))));

  expect(messages).toEqual([expect.stringContaining('an alias cannot have type NS')]);
});

test('S22, V8: an alias has no TTL and no values', () => {
  const start =
    'Invalid request: Expected exactly one of [AliasTarget, all of [TTL, and ResourceRecords], or TrafficPolicyInstanceId]';
  const { change } = testPlane();

  for (const more of [{ TTL: 60 }, { TTL: 60, ResourceRecords: [{ Value: '198.51.100.1' }] }]) {
    const error = refusal(() => change(create(alias('www.example.com', 'fleet.example.com', more))));

    expect(error.name).toBe('InvalidInput');
    expect(error.message).toBe(
      `${start}, but found more than one in Change with [Action=CREATE, Name=www.example.com., Type=A, SetIdentifier=null]`,
    );
  }
});

test('S22, V8: an alias that leads back to itself is refused, however long the way', () => {
  const { change } = testPlane();
  change(create(record('a.example.com')));
  change(create(alias('b.example.com', 'a.example.com')), create(alias('c.example.com', 'b.example.com')));
  const loops = [
    [upsert(alias('b.example.com', 'b.example.com'))],
    [upsert(alias('b.example.com', 'c.example.com'))],
    [upsert(alias('d.example.com', 'e.example.com')), upsert(alias('e.example.com', 'd.example.com'))],
  ];

  for (const loop of loops) {
    const { messages } = refusal(() => change(...loop));

    expect(messages.join()).toMatch(/leads back to itself \(.* -> .*\)/);
  }
});
