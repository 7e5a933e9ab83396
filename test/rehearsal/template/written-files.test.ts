import { writtenFiles } from '../../../rehearsal/template/written-files';

test('user data without files has none', () => {
  expect(writtenFiles('')).toEqual([]);
  expect(writtenFiles('#cloud-config\n')).toEqual([]);
});
