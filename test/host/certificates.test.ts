/** The program that fetches certificates, with real ones, real openssl, and stand-ins for the AWS commands and systemd. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { optional } from '../templates/checkers';
import { acmArn, type Call, CertificateHost, PROXY_USER, secretArn } from './certificate-host';
import { CertificateMaker, type Made } from './certificate-maker';

const openssl = optional('openssl', 'certificates are neither made nor examined');
const directory = mkdtempSync(join(tmpdir(), 'certificates-'));
const maker = new CertificateMaker(join(directory, 'made'));
const SHOP = secretArn('shop');
let hosts = 0;

afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** An instance with one certificate of Secrets Manager, 'shop', and as many more as asked for. */
function scene(more: string[] = []): CertificateHost {
  const place = join(directory, String(++hosts));
  mkdirSync(place);
  const certificates = ['shop', ...more].map((name) => ({ name, from: 'secretsmanager' as const, arn: secretArn(name) }));
  return new CertificateHost(place, openssl ?? '', certificates);
}

const pem = ({ certificate, key }: Made, ...chain: Made[]) =>
  [certificate, ...chain.map((made) => made.certificate), key].join('');
const reloads = (calls: Call[]) => calls.filter(({ command }) => command.join(' ') === 'systemctl reload proxy-fleet').length;
const metricOf = (calls: Call[]) => {
  const command = calls.map((call) => call.command).find(([, service]) => service === 'cloudwatch') ?? [];
  return { command, data: JSON.parse(command[command.indexOf('--metric-data') + 1] ?? '[]') };
};

(openssl === undefined ? describe.skip : describe)('certificates on an instance', () => {
  const root = maker.make({ name: 'Root', authority: true, to: 900 });
  const middle = maker.make({ name: 'Middle', authority: true, to: 400, issuer: root });
  const shop = maker.make({ name: 'shop.example.com', issuer: middle });
  const renewed = maker.make({ name: 'shop.example.com', issuer: middle, to: 120 });
  const good = pem(shop, middle, root);

  test('PEM blocks are put in the order of the chain, whatever theirs, and CloudWatch hears of the days that are left', async () => {
    const host = scene();
    host.store(SHOP, [root.certificate, shop.key, middle.certificate, 'a remark\n', shop.certificate].join('\n'));

    const { status, output, calls } = await host.run();

    expect([status, output]).toEqual([0, 'taken up: shop\nshop: valid for 90.0 days\n']);
    expect(host.file('shop')).toBe(good);
    const gid = Number(execFileSync('id', ['-g', PROXY_USER], { encoding: 'utf8' }));
    expect(host.status('shop')).toMatchObject({ mode: '640', gid });
    expect(reloads(calls)).toBe(0);
    expect(metricOf(calls).command.slice(0, 7)).toEqual([
      'aws',
      'cloudwatch',
      'put-metric-data',
      '--region',
      'eu-central-1',
      '--namespace',
      'ProxyFleet',
    ]);
    const dimensions = [
      { Name: 'Fleet', Value: 'Shop/Edge' },
      { Name: 'Certificate', Value: 'shop' },
    ];
    expect(metricOf(calls).data).toEqual([{ MetricName: 'DaysToExpiry', Dimensions: dimensions, Value: expect.closeTo(90, 0) }]);
  });

  test.each([
    [
      'a JSON object',
      JSON.stringify({ tls_key: shop.key, cert: shop.certificate, chain: middle.certificate + root.certificate, n: 1 }),
    ],
    ['blanks for ends of lines', good.replaceAll('\n', ' ')],
    ["'\\n' for ends of lines", good.replaceAll('\n', '\\n')],
    ['the line ends of Windows', good.replaceAll('\n', '\r\n')],
    ['one of them twice', good + middle.certificate],
  ])('%s is understood', async (_, text) => {
    const host = scene();
    host.store(SHOP, text);

    const { status } = await host.run();

    expect(status).toBe(0);
    expect(host.file('shop')).toBe(good);
  });

  const stranger = maker.make({ name: 'Stranger', authority: true });
  const late = maker.make({ name: 'late.example.com', from: -30, to: -1 });
  const early = maker.make({ name: 'early.example.com', from: 2 });
  const lateMiddle = maker.make({ name: 'Late middle', authority: true, issuer: root, from: -30, to: -1 });
  const broken = shop.certificate.replace(/\n[^-\n]{64}\n/, '\n');

  test.each([
    ['nothing', ' \n', 'it is empty: store certificate, chain and private key as PEM'],
    ['no PEM', 'hunter2', 'it is not PEM: store certificate, chain and private key as PEM'],
    ['a damaged certificate', broken + shop.key, 'it is not PEM: openssl cannot read one of its certificates'],
    [
      'a damaged key',
      shop.certificate + shop.key.replace(/\n[^-\n]{64}\n/, '\n'),
      'it is not PEM: openssl cannot read its private key',
    ],
    ['only a key', shop.key, 'it has no certificate: add it as PEM'],
    ['only a certificate', shop.certificate, 'it must have 1 private key, got 0: store the one of the certificate'],
    ['two keys', good + root.key, 'it must have 1 private key, got 2: store the one of the certificate'],
    [
      'an encrypted key',
      shop.certificate + maker.encrypted(shop, 'hunter2'),
      'its private key is encrypted: store it without a passphrase',
    ],
    [
      'the key of another',
      shop.certificate + renewed.key,
      'its private key does not match, got that of another than CN=shop.example.com: store the one that belongs to it',
    ],
    [
      'a stranger in the chain',
      pem(shop, middle, stranger),
      'its chain is broken, got CN=Stranger, which did not issue CN=Middle: add what is between, or remove it',
    ],
    [
      'a gap in the chain',
      pem(shop, root),
      'its chain is broken, got CN=Root, which did not issue CN=shop.example.com: add what is between, or remove it',
    ],
    ['an expired one', pem(late), 'it has expired, got CN=late.example.com, which ended at '],
    ['one of tomorrow', pem(early), 'it is not yet valid, got CN=early.example.com, which begins at '],
    [
      'an expired chain',
      pem(maker.make({ name: 'x.example.com', issuer: lateMiddle }), lateMiddle),
      'it has expired, got CN=Late middle, which ended at ',
    ],
  ])('%s is refused with its reason, and the old one stays if there is one', async (_, text, reason) => {
    const host = scene(['other']);
    host.put('other', good);
    host.proxy();
    for (const arn of [SHOP, secretArn('other')]) host.store(arn, text);

    const { status, output, calls } = await host.run();

    expect(output.split('\n')).toEqual([
      expect.stringContaining(`shop: ${reason}`),
      expect.stringContaining(`other: ${reason}`),
      'other: valid for 90.0 days',
      '',
    ]);
    expect(output).toContain(`[${SHOP}], so there is none\n`);
    expect(output).toContain(`[${secretArn('other')}], so the old one stays\n`);
    expect([status, host.file('shop'), host.file('other'), reloads(calls)]).toEqual([1, undefined, good, 0]);
    expect(output).not.toMatch(/hunter2|BEGIN|Traceback/);
  });

  test('a boot goes on with an old certificate when the new one is bad', async () => {
    const host = scene();
    host.put('shop', good);
    host.store(SHOP, pem(late));

    expect((await host.run()).status).toBe(0);
  });

  test('what AWS refuses is told in the words of AWS, and does not keep other certificates from being taken up', async () => {
    const host = scene(['other']);
    host.store(secretArn('other'), good);

    const { status, output, calls } = await host.run();

    expect(output).toContain('shop: aws secretsmanager get-secret-value: An error occurred (ResourceNotFoundException)');
    expect([status, host.file('shop'), host.file('other')]).toEqual([1, undefined, good]);
    expect(metricOf(calls).data).toHaveLength(1);
  });

  test('a certificate of ACM is decrypted with a passphrase that is new each time and seen nowhere, and is the same file', async () => {
    const place = join(directory, String(++hosts));
    mkdirSync(place);
    const host = new CertificateHost(place, openssl ?? '', [{ name: 'shop', from: 'acm', arn: acmArn('1-2') }]);
    host.store(
      acmArn('1-2'),
      JSON.stringify({
        Certificate: shop.certificate,
        CertificateChain: middle.certificate + root.certificate,
        PrivateKey: shop.key,
      }),
    );
    host.proxy();
    host.standIn('openssl');

    const first = await host.run();
    const second = await host.run();

    expect([first.status, second.status, host.file('shop')]).toEqual([0, 0, good]);
    expect([reloads(first.calls), reloads(second.calls)]).toEqual([1, 0]);
    expect(new Set(host.passphrases).size).toBe(2);
    const seen = JSON.stringify([first, second]);
    for (const passphrase of host.passphrases) {
      expect(passphrase).toMatch(/^[\w-]{64}$/);
      expect(seen).not.toContain(passphrase);
    }
    expect(seen).toContain('openssl');
    expect(seen).not.toMatch(/PRIVATE KEY/);
    expect(first.calls.find(({ command }) => command[1] === 'acm')?.command).toEqual(
      expect.arrayContaining(['--certificate-arn', acmArn('1-2'), '--region', 'eu-west-1']),
    );
  });

  test('a second run writes nothing and reloads nothing, a new certificate is taken up with one reload', async () => {
    const host = scene(['other']);
    for (const arn of [SHOP, secretArn('other')]) host.store(arn, good);
    host.proxy();
    await host.run();
    const before = host.status('shop');

    const same = await host.run();
    const untouched = host.status('shop');
    for (const arn of [SHOP, secretArn('other')]) host.store(arn, pem(renewed, middle));
    const changed = await host.run();

    expect([reloads(same.calls), untouched]).toEqual([0, before]);
    expect([reloads(changed.calls), host.file('shop')]).toEqual([1, pem(renewed, middle)]);
    expect(changed.output).toContain('taken up: shop other\nshop: valid for 120.0 days\n');
  });

  test('what the proxy refuses is put back, and what it takes beside it is taken up', async () => {
    const host = scene(['other']);
    for (const name of ['shop', 'other']) host.put(name, good);
    const unlike = renewed.certificate.split('\n').find((line) => !good.includes(line));
    host.proxy(`! grep -q '${unlike}' ${host.path('shop')}`);
    for (const arn of [SHOP, secretArn('other')]) host.store(arn, pem(renewed, middle));

    const { status, output } = await host.run();

    expect(status).toBe(0);
    expect(output).toContain('shop: the proxy refuses it, so the old one stays; see the log of proxy-fleet\n');
    expect(output).toContain('taken up: other\n');
    expect([host.file('shop'), host.file('other')]).toEqual([good, pem(renewed, middle)]);
  });

  test('a run that died before its reload is made up for by the next', async () => {
    const host = scene();
    host.store(SHOP, good);
    host.put('shop', good);
    host.proxy();
    host.dieBeforeReload();

    const next = await host.run();
    const afterwards = await host.run();

    expect([reloads(next.calls), reloads(afterwards.calls)]).toEqual([1, 0]);
  });

  test('an instance whose figures CloudWatch refuses says so and serves', async () => {
    const host = scene();
    host.store(SHOP, good);
    host.refuseCloudWatch();

    const { status, output } = await host.run();

    expect(output).toContain('CloudWatch was not told: aws cloudwatch put-metric-data: An error occurred (AccessDenied)\n');
    expect([status, host.file('shop')]).toEqual([0, good]);
  });
});
