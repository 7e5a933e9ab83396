/** What the fleets of the examples write for HAProxy, before HAProxy itself. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AUTHORITIES_PATH, ENGINE_DIRECTORY } from '../../lib/private/contract';
import { findHaproxy } from '../../rehearsal/proxies/engine-binary';
import { writtenFiles } from '../../rehearsal/template/written-files';
import { withCertificates } from '../engine/running-fleet';
import { expiredCertificate } from '../rehearsal/health/self-signed';
import { check } from './checkers';
import { userDataOf } from './cloud-config';
import { EXAMPLES, type SynthesizedTemplate, synthesizeExamples, temporaryDirectory } from './synth';

const TIMEOUT_MS = 60_000;
const directory = temporaryDirectory();
const HOSTS = ['shop.example.com', 'api.example.com'];
/** Not every HAProxy of a developer knows where its system keeps them. */
const authorities = join(directory, 'authorities.pem');

beforeAll(async () => {
  await synthesizeExamples(directory);
  writeFileSync(join(directory, 'state.map'), 'state serving\n');
  writeFileSync(authorities, expiredCertificate().cert);
}, TIMEOUT_MS);

/** The different configurations in an example's stacks. */
function configurationsOf(example: string): string[] {
  const assembly = join(directory, example);
  const texts = readdirSync(assembly)
    .filter((file) => file.endsWith('.template.json'))
    .map((file) => JSON.parse(readFileSync(join(assembly, file), 'utf8')) as SynthesizedTemplate)
    .flatMap((template) => [...userDataOf(template).values()])
    .flatMap((userData) => writtenFiles(userData).filter(({ path }) => path.endsWith('/haproxy.cfg')))
    .map(({ content }) => content);
  return [...new Set(texts)];
}

test.each(EXAMPLES)('HAProxy takes the configuration of %s, without a warning', async (example) => {
  const configurations = configurationsOf(example);
  const file = join(directory, `${example}.cfg`);

  expect(configurations).not.toEqual([]);
  for (const text of configurations) {
    const here = text.replaceAll(ENGINE_DIRECTORY, directory).replaceAll(AUTHORITIES_PATH, authorities);
    writeFileSync(file, withCertificates(here, directory, HOSTS));
    const { status, output } = await check(findHaproxy().path, ['-c', '-f', file]);
    expect([status, /.*(?:WARNING|ALERT).*/.exec(output)?.[0]]).toEqual([0, undefined]);
  }
});

test('the example of TLS and rules has all that it is about', () => {
  const [text = ''] = configurationsOf('tls-and-rules');

  expect(text.match(/ crt \S+/g)).toHaveLength(2);
  expect(text).toContain('http-request redirect scheme https code 301');
  expect(text).toMatch(/verifyhost api\.internal\.example\.com/);
  expect(text).toMatch(/weight 9$/m);
  expect(text).toMatch(/cookie PROXYFLEET insert/);
  expect(text.search(/use_backend \S*Api/)).toBeLessThan(text.search(/use_backend \S*Downloads/));
});
