import type { RequestListener } from 'node:http';
import { json } from 'node:stream/consumers';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { VirtualIpEventDetail } from '../../lib/private/takeover-contract';
import { EventBridgeAnnouncer } from '../../runtime/aws/event-bridge-announcer';
import { closeServers, listen } from './local-server';

const MOVED: VirtualIpEventDetail = {
  fleet: 'Edge',
  virtualIp: 'Vip1',
  from: '1',
  to: '2',
  epoch: 7,
  reason: 'slot 1 is dead',
  tookMs: 800,
};

afterEach(closeServers);

/** An announcer whose EventBridge is a server on loopback. */
async function announcer(listener: RequestListener): Promise<EventBridgeAnnouncer> {
  const endpoint = `http://127.0.0.1:${await listen(listener)}`;
  const credentials = { accessKeyId: 'id', secretAccessKey: 'secret' };
  return new EventBridgeAnnouncer(new EventBridgeClient({ region: 'eu-west-1', endpoint, credentials, maxAttempts: 1 }));
}

const answers =
  (body: object, status = 200): RequestListener =>
  (_request, response) =>
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body));

/** Everything that reaches EventBridge; each entry with its detail read. */
async function announced(type: 'moved' | 'stuck', detail: VirtualIpEventDetail): Promise<object[]> {
  const entries: object[] = [];
  const announcing = await announcer((request, response) => {
    void json(request).then((body) => {
      const { Entries } = body as { readonly Entries: { readonly Detail: string }[] };
      entries.push(...Entries.map((entry) => ({ ...entry, Detail: JSON.parse(entry.Detail) as object })));
      answers({ FailedEntryCount: 0, Entries: Entries.map((_, index) => ({ EventId: `${index}` })) })(request, response);
    });
  });
  await announcing.announce(type, detail);
  return entries;
}

test('a move is one event on the default bus', async () => {
  expect(await announced('moved', MOVED)).toEqual([{ Source: 'proxy-fleet', DetailType: 'VirtualIpMoved', Detail: MOVED }]);
});

test('one that is stuck is another event, which names no slot that has it now', async () => {
  const { to: _, ...stuck } = MOVED;

  expect(await announced('stuck', { ...MOVED, to: undefined })).toEqual([
    { Source: 'proxy-fleet', DetailType: 'VirtualIpStuck', Detail: stuck },
  ]);
});

test('an event that EventBridge did not take is an error, although the call succeeded', async () => {
  const refusing = await announcer(
    answers({ FailedEntryCount: 1, Entries: [{ ErrorCode: 'InternalFailure', ErrorMessage: 'try again' }] }),
  );

  await expect(refusing.announce('moved', MOVED)).rejects.toThrow('EventBridge refused the event: InternalFailure try again');
});

test('a call that fails is an error', async () => {
  const denying = await announcer(answers({ __type: 'AccessDeniedException', message: 'not allowed' }, 400));

  await expect(denying.announce('moved', MOVED)).rejects.toThrow('not allowed');
});
