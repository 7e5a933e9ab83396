/**
 * Lets an operator give orders to a running rehearsal, as to a deployed fleet: the verbs of `proxy-fleet vip` come in through a Unix
 * socket, one request a connection, and are served by the very code that serves them on AWS.
 *
 * The socket lies in the rehearsal's own folder for temporary files: nobody but its user may enter that, two rehearsals never share
 * one, and it goes with the rehearsal, even with one that was killed.
 */
import { chmodSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import type { FleetTopology } from '../lib/private/takeover-contract';
import { giveOrder, readStatus } from '../runtime/operator';
import { OrderRefused, type OrderRequest } from '../runtime/order-request';
import type { TakeoverPorts } from '../runtime/ports';
import { reasonOf } from '../runtime/reason-of';

/** More than any request needs. */
const MOST_CHARACTERS = 65_536;

/** A fleet that takes orders. */
export interface OperatedFleet {
  readonly ports: TakeoverPorts;
  readonly topology: FleetTopology;
  /** Asks the takeover function for a look, and does not wait for it. */
  hint(): Promise<void>;
}

export type ControlRequest =
  | { readonly verb: 'status' }
  | { readonly verb: 'order'; readonly order: OrderRequest; readonly owner: string; readonly dryRun: boolean };

/** `refused`: nothing was done, and why. */
export type ControlAnswer = { readonly result: unknown } | { readonly refused: string } | { readonly failed: string };

/** File name of the socket; it names the process, so that people can tell rehearsals apart. */
export const CONTROL_SOCKET = /^control-(\d+)\.sock$/;

export class Control {
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();

  constructor(
    private readonly directory: string,
    private readonly fleet: OperatedFleet,
  ) {
    this.server = createServer({ allowHalfOpen: true }, (socket) => this.serve(socket));
  }

  async start(): Promise<void> {
    const path = join(this.directory, `control-${process.pid}.sock`);
    await new Promise<void>((resolve, reject) => this.server.once('error', reject).listen(path, resolve));
    chmodSync(path, 0o600);
  }

  /** Ends what is under way, too: the rehearsal is over. */
  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }

  private serve(socket: Socket): void {
    let text = '';
    this.sockets.add(socket);
    socket.once('close', () => this.sockets.delete(socket));
    socket.on('error', () => undefined);
    socket.setEncoding('utf8').on('data', (part: string) => {
      text += part;
      if (text.length > MOST_CHARACTERS) socket.destroy();
    });
    socket.once('end', () => void this.answer(text).then((answer) => socket.end(JSON.stringify(answer))));
  }

  private async answer(text: string): Promise<ControlAnswer> {
    try {
      return { result: await this.obey(JSON.parse(text)) };
    } catch (error) {
      return error instanceof OrderRefused ? { refused: error.message } : { failed: reasonOf(error) };
    }
  }

  private obey(request: ControlRequest): Promise<unknown> {
    const { ports, topology } = this.fleet;
    const operator = { ...ports, hint: () => this.fleet.hint() };
    switch (request.verb) {
      case 'status':
        return readStatus(operator, topology);
      case 'order':
        return giveOrder(operator, topology, request.order, request);
      default:
        throw new OrderRefused('this rehearsal does not know the verb: use the version that it was started with');
    }
  }
}
