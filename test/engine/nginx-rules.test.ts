/** Rules, weights and headers of HTTP, by a real nginx. */
import { ListenerCondition, ProxyTargets } from 'cdk-proxy-fleet';
import { temporaryDirectory } from '../templates/synth';
import { at, listener, nginxText } from './listeners';
import { complaintsOf, NGINX, NginxProcess } from './nginx-process';
import { type Seen, seenIn, speak, type Target, target } from './wire';

const directory = temporaryDirectory();
const withNginx = NGINX === undefined ? describe.skip : describe;
const { hostHeaders, pathPatterns } = ListenerCondition;

withNginx('nginx with rules', () => {
  const targets: Record<string, Target> = {};
  let text: string;
  let proxy: NginxProcess;

  beforeAll(async () => {
    for (const name of ['rest', 'api', 'first', 'image', 'heavy', 'light', 'out']) targets[name] = await target(name);
    const to = (name: string) => at('127.0.0.1', targets[name]?.port ?? 0);
    const share = (name: string, weight: number) => ({ targets: ProxyTargets.ipAddresses([name]), weight });
    const api = [hostHeaders(['API.example.com', '*.api.example.com']), pathPatterns(['/v1/*', '/v2'])];
    text = nginxText([
      listener(
        { port: 80 },
        {
          Rest: to('rest'),
          Api: { ...to('api'), conditions: api, priority: 20 },
          First: { ...to('first'), conditions: [pathPatterns(['/v1/first*'])], priority: 10 },
          Image: { ...to('image'), conditions: [pathPatterns(['/image-?.png', '/a%20b', '/price.$(x)'])], priority: 30 },
        },
      ),
      listener({ port: 8080 }, { Only: { ...to('api'), conditions: [hostHeaders(['only.example.com'])], priority: 1 } }),
      listener(
        { port: 8000 },
        {
          Shared: {
            targets: ProxyTargets.weighted([share('127.0.0.1', 3), share('127.0.0.2', 1), share('127.0.0.3', 0)]),
            port: targets.heavy?.port,
          },
        },
      ),
    ]);
    targets.heavy?.server.close();
    for (const [index, name] of ['heavy', 'light', 'out'].entries()) {
      const { server } = targets[name] as Target;
      server.close();
      await new Promise<void>((resolve) => server.listen(targets.heavy?.port, `127.0.0.${index + 1}`, resolve));
    }
    proxy = await NginxProcess.start(text, directory);
  });
  afterAll(async () => {
    await proxy?.stop();
    for (const { server } of Object.values(targets)) server.close();
  });

  const get = async (path: string, host: string, port = 80, more = ''): Promise<Seen | undefined> =>
    seenIn(
      await speak(proxy.address, proxy.port(port), `GET ${path} HTTP/1.1\r\nHost: ${host}\r\n${more}Connection: close\r\n\r\n`),
    );

  test('is accepted without a warning', () => {
    expect(complaintsOf(text, `${directory}/check`)).toBe('');
  });

  test.each([
    ['api.example.com', '/v1/users', 'api'],
    ['API.EXAMPLE.COM:80', '/v2?query=/v1/', 'api'],
    ['eu.api.example.com', '/v1/', 'api'],
    ['api.example.com', '/v1/first/', 'first'],
    ['other.example.com', '/v1/users', 'rest'],
    ['api.example.com.evil.org', '/v1/users', 'rest'],
    ['apixexample.com', '/v1/users', 'rest'],
    ['api.example.com', '/V1/users', 'rest'],
    ['api.example.com', '/v2/more', 'rest'],
    ['api.example.com', '/v1%2fusers', 'api'],
    ['api.example.com', '/x/../v1/users', 'api'],
    ['x', '/image-7.png', 'image'],
    ['x', '/image-77.png', 'rest'],
    ['x', '/a%20b', 'image'],
    ['x', '/price.$(x)', 'image'],
    ['x', '/priceX$(x)', 'rest'],
  ])('sends %s%s to %s', async (host, path, name) => {
    const seen = await get(path, host);

    expect([seen?.target, seen?.url]).toEqual([name, path]);
  });

  test('answers 404 where no group wants a request', async () => {
    const answer = await speak(proxy.address, proxy.port(8080), 'GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');

    expect(answer).toMatch(/^HTTP\/1.1 404 /);
    expect(answer).not.toMatch(/nginx\/\d/);
    expect((await get('/', 'only.example.com', 8080))?.target).toBe('api');
  });

  test('gives targets shares by their weight, and none to those of weight 0', async () => {
    const names: (string | undefined)[] = [];
    for (let round = 0; round < 40; round++) names.push((await get('/', 'x', 8000))?.target);

    const count = (name: string) => names.filter((each) => each === name).length;
    expect([count('heavy'), count('light'), count('out')]).toEqual([30, 10, 0]);
  });

  test('tells targets who asks, over what and where, and not what a client said of itself', async () => {
    const seen = await get(
      '/',
      'x:8080',
      80,
      'X-Forwarded-For: 203.0.113.9\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Port: 1\r\nX-Forwarded-Host: y\r\nForwarded: for=203.0.113.9\r\n',
    );

    expect(seen?.headers).toMatchObject({
      host: 'x:8080',
      'x-forwarded-for': expect.stringMatching(/^127\.[\d.]+$/),
      'x-forwarded-proto': 'http',
      'x-forwarded-port': String(proxy.port(80)),
    });
    expect(Object.keys(seen?.headers ?? {}).filter((name) => /^(forwarded|x-forwarded-host)$/.test(name))).toEqual([]);
  });

  test('tells targets the host that the rules looked at, whatever the header says', async () => {
    const seen = await get('http://api.example.com/v1/users', 'other.example.com');

    expect([seen?.target, seen?.headers.host]).toEqual(['api', 'api.example.com']);
  });
});
