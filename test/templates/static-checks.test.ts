/** The demo's template and everything that it writes on an instance, before the tools that others made for it. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { PROGRAMS } from '../../lib/host/programs';
import { findHaproxy } from '../../rehearsal/proxies/engine-binary';
import { type WrittenFile, writtenFiles } from '../../rehearsal/template/written-files';
import { check, optional, python } from './checkers';
import { faultsOf, userDataOf } from './cloud-config';
import { synthesizeDemo, temporaryDirectory } from './synth';

const TIMEOUT_MS = 60_000;
const directory = temporaryDirectory();
const { template, file } = synthesizeDemo(join(directory, 'demo'));
const userData = userDataOf(template);
const slots = [...userData].filter(([id]) => id.startsWith('EdgeSlots'));

describe('cfn-lint', () => {
  /** Rules that are broken on purpose. One that nothing breaks any more fails the test. */
  const IGNORED: Record<string, string> = {
    W3005:
      'CDK writes DependsOn beside a reference to the same resource, for roles and for the interfaces of a fleet: no harm in it',
  };

  interface Finding {
    readonly Rule: { readonly Id: string };
    readonly Message: string;
  }

  const lint = async (path: string): Promise<Finding[]> =>
    JSON.parse((await check(python('cfn-lint'), ['--format', 'json', '--', path])).output) as Finding[];

  test(
    'finds nothing in the template but what is ignored with a reason',
    async () => {
      const findings = await lint(file);

      const rules = findings.map(({ Rule: { Id }, Message }) => `${Id}: ${Message}`);
      expect(rules.filter((rule) => IGNORED[rule.split(':')[0] ?? ''] === undefined)).toEqual([]);
      expect(Object.keys(IGNORED).filter((id) => !rules.some((rule) => rule.startsWith(id)))).toEqual([]);
    },
    TIMEOUT_MS,
  );

  test(
    'finds a wrong value, so it is at work',
    async () => {
      const wrong = join(directory, 'wrong.template.json');
      const properties = { HealthCheckConfig: { Type: 'HTPP', IPAddress: '198.51.100.1' } };
      writeFileSync(
        wrong,
        JSON.stringify({ Resources: { Check: { Type: 'AWS::Route53::HealthCheck', Properties: properties } } }),
      );

      const findings = await lint(wrong);

      expect(findings.map(({ Rule }) => Rule.Id)).toContain('E3030');
    },
    TIMEOUT_MS,
  );
});

describe('user data', () => {
  test('is a cloud-config without a fault, on slots and targets alike', () => {
    expect([...userData.keys()]).toEqual([
      'EdgeSlots1LaunchTemplate',
      'EdgeSlots2LaunchTemplate',
      'EdgeSlots3LaunchTemplate',
      'Targets1',
      'Targets2',
    ]);
    for (const [id, text] of userData) expect([id, faultsOf(text)]).toEqual([id, []]);
  });

  test('would not pass with a misspelt key, an unquoted mode or a command line instead of words', () => {
    const [, text = ''] = slots[0] ?? [];

    expect(faultsOf(text.replace('write_files:', 'write_file:'))).toEqual(["unknown key 'write_file'"]);
    expect(faultsOf(text.replace('permissions:', 'permission:'))).toEqual([
      "write_files[0] has an unknown property 'permission'",
    ]);
    expect(faultsOf(text.replace("'0755'", '0755'))).toEqual(['write_files[4] has a wrong permissions: 755']);
    expect(faultsOf(text.replace(/- \['(.*)'\]/, '- $1'))).toEqual([
      'runcmd[0] must be a list of words, got "/opt/proxy-fleet/boot.sh"',
    ]);
    expect(faultsOf(text.replace('#cloud-config\n', ''))).toEqual(['the first line must be #cloud-config']);
  });

  test('names owner and mode of every file of a slot, and makes only the script executable', () => {
    for (const [, text] of slots) {
      expect(writtenFiles(text).map(({ path, owner, permissions }) => [path, owner, permissions])).toEqual([
        ['/etc/proxy-fleet/slot.env', 'root:root', '0644'],
        ['/etc/proxy-fleet/drain.env', 'root:root', '0644'],
        ['/etc/proxy-fleet/haproxy.cfg', 'root:root', '0644'],
        ['/etc/systemd/system/proxy-fleet.service', 'root:root', '0644'],
        ['/opt/proxy-fleet/boot.sh', 'root:root', '0755'],
        ['/etc/proxy-fleet/heartbeat.env', 'root:root', '0644'],
      ]);
    }
  });

  test('has less than the 16 KB that EC2 takes', () => {
    for (const [, text] of userData) expect(Buffer.byteLength(text)).toBeLessThan(16 * 1024);
  });

  test(
    'is valid for cloud-init itself',
    async () => {
      const cloudInit = optional('cloud-init', 'user data is held against our own part of its schema only');
      if (cloudInit === undefined) return;
      const [misspelt = ''] = userData.values();
      const valid = [...userData.values()].map((text, index) => schema(cloudInit, `user-data-${index}.yaml`, text));

      const [wrong, ...right] = await Promise.all([
        schema(cloudInit, 'misspelt.yaml', misspelt.replace('permissions:', 'permission:')),
        ...valid,
      ]);

      expect(wrong).toMatch(/permission/);
      expect(right.filter((said) => !/^Valid (cloud-config|schema)/m.test(said))).toEqual([]);
    },
    TIMEOUT_MS,
  );

  async function schema(cloudInit: string, name: string, text: string): Promise<string> {
    const path = join(directory, name);
    writeFileSync(path, text);
    return (await check(cloudInit, ['schema', '--config-file', path])).output;
  }
});

/** Lays the files of a slot out below a folder, with the places they name changed accordingly. */
function layOut(name: string, files: WrittenFile[], change = (text: string) => text): Map<string, string> {
  const root = join(directory, name);
  mkdirSync(root);
  const places = new Map(files.map(({ path }) => [path, join(root, basename(path))]));
  for (const { path, content } of files) {
    const text = [...places].reduce((result, [from, to]) => result.replaceAll(from, to), content);
    writeFileSync(places.get(path) as string, change(text));
  }
  return places;
}

describe('shellcheck', () => {
  const scriptsOf = (text: string) => writtenFiles(text).filter(({ content }) => content.startsWith('#!'));

  /** Follows the script into the environment file, so that a variable that nobody sets is found. */
  const shellcheck = (path: string) =>
    check(python('shellcheck'), [
      '--severity=style',
      '--external-sources',
      '--enable=check-unassigned-uppercase,quote-safe-variables,deprecate-which,avoid-nullary-conditions',
      '--format=gcc',
      path,
    ]);

  test('finds nothing in the scripts of a slot, down to matters of style', async () => {
    for (const [id, text] of slots) {
      const places = layOut(`scripts-${id}`, writtenFiles(text));
      const scripts = scriptsOf(text);
      expect(scripts).toHaveLength(1);
      for (const { path } of scripts) expect(await shellcheck(places.get(path) as string)).toEqual({ status: 0, output: '' });
    }
  });

  test('would find a variable that the slot does not have', async () => {
    const [, text = ''] = slots[0] ?? [];
    const places = layOut('misspelt', writtenFiles(text), (content) => content.replaceAll('"$RESOURCE"', '"$RESOURCES"'));

    const { output } = await shellcheck(places.get('/opt/proxy-fleet/boot.sh') as string);

    expect(output).toMatch(/RESOURCES is referenced but not assigned/);
  });
});

/** Units that are written, and, for a slot, those that it fetches. */
function unitsOf(id: string, text: string): WrittenFile[] {
  const fetched = id.startsWith('EdgeSlots') ? Object.entries(PROGRAMS).map(([path, content]) => ({ path, content })) : [];
  return [...writtenFiles(text), ...fetched].filter(({ path }) => path.endsWith('.service'));
}

describe('the systemd units', () => {
  const systemd = optional('systemd-analyze', 'the units are not verified');

  /** What is said of the units themselves; other units of this machine are none of our business. */
  const verify = async (program: string, name: string, files: WrittenFile[], change = (text: string) => text) => {
    // What is not on this machine are the programs.
    const programs = (text: string) =>
      text.replaceAll('/usr/sbin/haproxy', findHaproxy().path).replaceAll('/usr/bin/python3', process.execPath);
    const places = [...layOut(name, files, (text) => change(programs(text))).values()];
    const { output } = await check(program, ['verify', ...places]);
    return output.split('\n').filter((line) => places.some((place) => line.includes(basename(place))));
  };

  test.each([...userData])('of %s are accepted without a word', async (id, text) => {
    if (systemd !== undefined) expect(await verify(systemd, `units-${id}`, unitsOf(id, text))).toEqual([]);
  });

  test('would not be accepted with a misspelt setting', async () => {
    if (systemd === undefined) return;
    const files = unitsOf('EdgeSlots1', slots[0]?.[1] ?? '');

    const said = await verify(systemd, 'units-misspelt', files, (text) => text.replace('RestartSec', 'RestartSecs'));

    const restarted = files.filter(({ content }) => content.includes('RestartSec'));
    expect(said).toEqual(Array(restarted.length).fill(expect.stringContaining('RestartSecs')));
  });
});
