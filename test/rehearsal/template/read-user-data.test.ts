import { renderCloudConfig } from '../../../lib/host/cloud-config';
import { readUserData } from '../../../rehearsal/template/read-user-data';
import { UsageError } from '../../../rehearsal/usage-error';

const text = 'import os\n\nprint("héllo")\n'.repeat(40);

test('files are read as the library writes them, packed or not', () => {
  const file = { permissions: '0644', content: text };
  const files = readUserData(
    renderCloudConfig(
      [
        { path: '/a', ...file },
        { path: '/b', ...file, packed: true },
      ],
      [['/a']],
    ),
  );

  expect([...files]).toEqual([
    ['/a', text],
    ['/b', text],
  ]);
});

test('base64 is read, and what is unknown is named', () => {
  expect(readUserData('write_files:\n- path: /a\n  encoding: b64\n  content: aGk=\n').get('/a')).toBe('hi');
  const unknown = () => readUserData('write_files:\n- path: /a\n  encoding: rot13\n  content: uv\n');
  expect(unknown).toThrow(UsageError);
  expect(unknown).toThrow("/a must be encoded as one of text/plain, b64, gz+b64, got 'rot13'");
});

test('user data without files has none', () => {
  expect(readUserData('').size).toBe(0);
  expect(readUserData('#cloud-config\n').size).toBe(0);
});
