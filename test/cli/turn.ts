import { createServer, type Server } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

/** Longer than all rehearsals of another file take. */
export const TURN_MS = 300_000;

let turn: Server | undefined;

/** Rehearsals use the same addresses: test files that run some, in parallel, take turns. Whoever listens here has the turn. */
export async function takeTurn(): Promise<void> {
  while (!turn) {
    const server = createServer();
    const mine = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false));
      server.listen(8404, '127.10.0.54', () => resolve(true));
    });
    if (mine) turn = server;
    else await pause(200);
  }
}

export async function endTurn(): Promise<void> {
  await new Promise((resolve) => turn?.close(resolve));
  turn = undefined;
}
