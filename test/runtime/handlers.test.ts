import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import type { Context } from 'aws-lambda';
import { build } from 'esbuild';
import { ENV } from '../../lib/private/takeover-contract';
import { handler as addressPool } from '../../runtime/handlers/address-pool';
import { handler as lifecycle } from '../../runtime/handlers/lifecycle';
import { handler as takeover } from '../../runtime/handlers/takeover';
import type { VirtualIpEvent } from '../../runtime/lifecycle';
import { closeServers, listen } from './local-server';

const ROOT = join(__dirname, '..', '..');
const CONTEXT = { awsRequestId: 'request', logStreamName: 'stream' } as Context;

afterEach(closeServers);

/** Every file of ours, and every package, that a handler's bundle contains. */
async function contentsOf(handler: string): Promise<string[]> {
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: [`runtime/handlers/${handler}.ts`],
    bundle: true,
    platform: 'node',
    packages: 'external',
    write: false,
    metafile: true,
  });
  const inputs = Object.values(metafile.inputs).flatMap(({ imports }) => imports.map(({ path }) => path));
  return [...Object.keys(metafile.inputs), ...inputs];
}

test('the takeover function does not contain the call that lets an address go', async () => {
  const contents = await contentsOf('takeover');

  expect(contents).toContain('runtime/aws/ec2-addresses.ts');
  expect(contents).not.toContain('runtime/aws/ec2-release.ts');
});

test('the probe function contains no AWS API at all', async () => {
  const contents = await contentsOf('probe');

  expect(contents).toContain('runtime/probe.ts');
  expect(contents.filter((path) => path.includes('aws-sdk'))).toEqual([]);
});

test.each(['takeover', 'probe', 'lifecycle'])('the bundle of the %s function can be loaded and has a handler', (name) => {
  const bundle = join(ROOT, 'assets', 'handlers', name, 'index.mjs');
  const script = `import(${JSON.stringify(bundle)}).then(({ handler }) => process.stdout.write(typeof handler))`;

  expect(execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' })).toBe('function');
});

test('a takeover function that was told nothing says what is missing', async () => {
  await expect(takeover({}, CONTEXT)).rejects.toThrow(`${ENV.topology} must be JSON, got nothing`);
});

/** Where CloudFormation takes answers, and the last one. */
async function answers() {
  const taken: { url: string; last?: unknown } = { url: '' };
  const port = await listen((request, response) => {
    void json(request).then((received) => {
      taken.last = received;
      response.end();
    });
  });
  taken.url = `http://127.0.0.1:${port}/`;
  return taken;
}

const REQUEST = { ServiceToken: 'token', StackId: 'stack', RequestId: 'request' };

test('CloudFormation waits by way of the address function until health checks have judged, and at the end for nothing', async () => {
  const taken = await answers();
  const common = {
    ...REQUEST,
    ResponseURL: taken.url,
    LogicalResourceId: 'Judged',
    ResourceType: 'Custom::ProxyFleetJudgedAddresses',
    ResourceProperties: { ServiceToken: 'token', AllocationIds: ['eipalloc-1'], WaitSeconds: '2' },
  };
  const took = async (event: Parameters<typeof addressPool>[0]) => {
    const began = performance.now();
    await addressPool(event);
    expect(taken.last).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'judged' });
    return performance.now() - began;
  };

  expect(await took({ ...common, RequestType: 'Create' })).toBeGreaterThan(1990);
  expect(await took({ ...common, RequestType: 'Delete', PhysicalResourceId: 'judged' })).toBeLessThan(1900);
});

test('a lifecycle function that was told nothing still answers CloudFormation', async () => {
  const taken = await answers();
  const event: VirtualIpEvent = {
    ...REQUEST,
    RequestType: 'Create',
    ResponseURL: taken.url,
    LogicalResourceId: 'Vip',
    ResourceType: 'Custom::ProxyFleetVirtualIp',
    ResourceProperties: {
      ServiceToken: 'token',
      Name: 'Vip',
      AllocationId: 'eipalloc-1',
      Interfaces: 'eni-1',
      ReleaseDelaySeconds: '60',
    },
  };

  await lifecycle(event, CONTEXT);

  expect(taken.last).toMatchObject({
    Status: 'FAILED',
    PhysicalResourceId: 'eipalloc-1',
    Reason: expect.stringContaining(ENV.topology),
  });
});
