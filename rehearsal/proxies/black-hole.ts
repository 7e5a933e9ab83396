/**
 * A host that drops packets, without the privilege to drop any: sockets listen whose queues are full, so that the kernel answers no SYN.
 *
 * Gotcha: connections that were open when the host fell silent are reset here, and on AWS nobody would tell their other end.
 */

import type { Child, Children } from './children';
import { localPort } from './surroundings';
import { requirePython } from './watchdog';

/** Listens with the shortest queue on each address and port, fills it, and waits for the end of its input. */
const PROGRAM = `
import json, socket, sys
held = []
for address, port in json.loads(sys.argv[1]):
  server = socket.socket()
  server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
  server.bind((address, port))
  server.listen(0)
  held.append(server)
  for _ in range(4):
    client = socket.socket()
    client.setblocking(False)
    client.connect_ex((address, port))
    held.append(client)
print('silent', flush=True)
sys.stdin.read()
`;

export class BlackHole {
  private child?: Child;

  constructor(private readonly children: Children) {}

  /** From now on nobody who connects gets an answer. */
  async open(addresses: readonly string[], ports: readonly number[]): Promise<void> {
    requirePython();
    const places = addresses.flatMap((address) => ports.map((port) => [address, localPort(port)]));
    await new Promise<void>((resolve) => {
      const child = this.children.start('python3', ['-c', PROGRAM, JSON.stringify(places)], { onLine: () => resolve() });
      this.children.relyOn(child, 'what drops packets');
      void child.ended.then(() => resolve());
      this.child = child;
    });
  }

  async close(): Promise<void> {
    await this.child?.kill();
  }
}
