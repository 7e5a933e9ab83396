import { writtenFiles } from '../../../rehearsal/template/written-files';
import { UsageError } from '../../../rehearsal/usage-error';

test('an encoding that is not known is named', () => {
  const unknown = () => writtenFiles('write_files:\n- path: /a\n  encoding: rot13\n  content: uv\n');

  expect(unknown).toThrow(UsageError);
  expect(unknown).toThrow("/a must be encoded as one of text/plain, gz+b64, got 'rot13'");
});

test('user data without files has none', () => {
  expect(writtenFiles('')).toEqual([]);
  expect(writtenFiles('#cloud-config\n')).toEqual([]);
});
