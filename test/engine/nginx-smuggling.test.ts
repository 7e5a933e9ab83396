/** Requests that two servers could read in two ways: nginx must answer them itself, or take the doubt out of them. */
import { createServer } from 'node:net';
import { temporaryDirectory } from '../templates/synth';
import { at, listener, nginxText } from './listeners';
import { NGINX, NginxProcess } from './nginx-process';
import { listen, speak } from './wire';

const directory = temporaryDirectory();
const withNginx = NGINX === undefined ? describe.skip : describe;

withNginx('nginx', () => {
  let proxy: NginxProcess;
  let heard = '';
  /** A target that reads nothing into what it gets. */
  const raw = createServer((socket) => {
    socket
      .on('error', () => undefined)
      .on('data', (data) => {
        heard += data.toString('latin1');
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
      });
  });

  beforeAll(async () => {
    proxy = await NginxProcess.start(nginxText([listener({ port: 80 }, { A: at('127.0.0.1', await listen(raw)) })]), directory);
  });
  afterAll(async () => {
    await proxy?.stop();
    raw.close();
  });

  async function send(...lines: string[]): Promise<{ status: string; heard: string }> {
    heard = '';
    const answer = await speak(proxy.address, proxy.port(80), lines.join('\r\n'), 400);
    return { status: answer.match(/^HTTP\/1\.1 (\d+)/)?.[1] ?? 'closed', heard };
  }

  test.each([
    ['a length beside chunks', ['Content-Length: 6', 'Transfer-Encoding: chunked', '', '0', '', 'G']],
    ['chunks beside a length', ['Transfer-Encoding: chunked', 'Content-Length: 3', '', '1', 'A', '0', '', '']],
    ['two lengths', ['Content-Length: 3', 'Content-Length: 6', '', 'abcdef']],
    ['two lengths in one', ['Content-Length: 3, 6', '', 'abcdef']],
    ['a length with a sign', ['Content-Length: +3', '', 'abc']],
    ['a length in hexadecimal', ['Content-Length: 0x3', '', 'abc']],
    ['chunks by another name', ['Transfer-Encoding: xchunked', '', '0', '', '']],
    ['chunks twice', ['Transfer-Encoding: chunked', 'Transfer-Encoding: chunked', '', '0', '', '']],
    ['chunks after another coding', ['Transfer-Encoding: gzip, chunked', '', '0', '', '']],
    ['a folded coding', ['Transfer-Encoding:', ' chunked', '', '0', '', '']],
    ['a chunk whose size is no number', ['Transfer-Encoding: chunked', '', 'xyz', 'a', '0', '', '']],
    ['two hosts', ['Host: y', '', '']],
    ['a NUL in a header', ['X-Test: a\0b', '', '']],
  ])('refuses %s', async (_, lines) => {
    const { status, heard: passed } = await send('POST / HTTP/1.1', 'Host: x', ...lines);

    expect(['400', '501']).toContain(status);
    expect(passed).not.toMatch(/Transfer-Encoding[\s\S]*Content-Length|Content-Length[\s\S]*Transfer-Encoding|\n0\r\n\r\n./);
  });

  test.each([
    ['with an underscore', 'Content_Length: 5', 'Content_Length'],
    ['with a space before the colon', 'Transfer-Encoding : chunked', 'chunked'],
    ['with a space before its name', ' Transfer-Encoding: chunked', 'chunked'],
    ['with a folded value', 'X-Fold: a\r\n Transfer-Encoding: chunked', 'chunked'],
  ])('passes no header on %s', async (_, line, name) => {
    const { status, heard: passed } = await send('GET / HTTP/1.1', 'Host: x', line, '', '');

    expect(['200', '400']).toContain(status);
    expect(passed).not.toContain(name);
  });

  test('sends one request to a target for one request of a client', async () => {
    const { status, heard: passed } = await send(
      'POST / HTTP/1.1',
      'Host: x',
      'Content-Length: 4',
      '',
      'GET / HTTP/1.1',
      'X: y',
      '',
      '',
    );

    expect(status).toBe('200');
    expect(passed).toMatch(/^POST [\s\S]*\r\n\r\nGET $/);
  });

  test.each([
    ['a line of 17 KB', `X-Long: ${'a'.repeat(17_000)}`],
    ['many lines of 100 KB in sum', Array.from({ length: 100 }, (_, index) => `X-${index}: ${'a'.repeat(1000)}`).join('\r\n')],
  ])('refuses %s', async (_, lines) => {
    const { status, heard: passed } = await send('GET / HTTP/1.1', 'Host: x', lines, '', '');

    expect([status, passed]).toEqual(['400', '']);
  });
});
