import type { Protection } from '../../../rehearsal/control-plane/api';
import { create, record, refusal, remove, testPlane, upsert, ZONE } from './planes';

const WWW: Protection = { RecordName: 'WWW.example.com', RecordType: 'A', Comment: 'ask the network team' };

function protectedPlane() {
  const test = testPlane();
  test.change(create(record('www.example.com')));
  test.plane.createResourceRecordSetProtections({ HostedZoneId: ZONE, Protections: [WWW] });
  return test;
}

test('S20: a batch that touches a protected name and type fails whole, and names the comment', () => {
  const { change, held } = protectedPlane();

  for (const touching of [
    create(record('www.example.com')),
    upsert(record('www.example.com')),
    remove(record('www.example.com')),
  ]) {
    const { name, messages } = refusal(() => change(create(record('new.example.com')), touching));

    expect(name).toBe('InvalidChangeBatch');
    expect(messages).toContain(
      'RRSet with DNS name www.example.com., type A cannot be changed because it is protected: ask the network team',
    );
  }
  expect(held()).toEqual(['www.example.com. A']);
});

test('S20: another type of the name is free, and so is the set itself once the protection is gone', () => {
  const { change, held, plane } = protectedPlane();

  change(create(record('www.example.com', '2001:db8::1', { Type: 'AAAA' })));
  plane.deleteResourceRecordSetProtections({ HostedZoneId: ZONE, Protections: [WWW] });
  change(remove(record('www.example.com')));

  expect(held()).toEqual(['www.example.com. AAAA']);
});

test('protections are made all or not at all', () => {
  const { plane, change, held } = testPlane();
  const outside: Protection = { RecordName: 'www.example.org', RecordType: 'A' };
  const protect = (...Protections: Protection[]) => plane.createResourceRecordSetProtections({ HostedZoneId: ZONE, Protections });
  const unprotect = (...Protections: Protection[]) =>
    plane.deleteResourceRecordSetProtections({ HostedZoneId: ZONE, Protections });

  const errors = [() => protect(WWW, outside), () => protect(WWW, WWW), () => unprotect(WWW)].map(refusal);
  change(create(record('www.example.com')));
  protect(WWW);

  expect(errors.map(({ name }) => name)).toEqual(new Array(3).fill('InvalidResourceRecordSetProtectionBatch'));
  expect(errors.flatMap(({ messages }) => messages)).toHaveLength(3);
  expect(refusal(() => protect(WWW))).toMatchObject({ name: 'ProtectionAlreadyExists', statusCode: 409 });
  expect(held()).toEqual(['www.example.com. A']);
});
