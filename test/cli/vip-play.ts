/** Rehearsals of what happens to virtual IPs, for tests of it. */
import { readFileSync } from 'node:fs';
import type { RehearsalResult, RunResult } from '../../rehearsal/report/result';
import { assembly, file } from '../rehearsal/fleet-template';
import { proxyFleet } from './run';

/** A fleet with heartbeats and one virtual IP. */
export const beating = assembly(['Vip']).directory;

export interface Played {
  readonly status: number | null;
  readonly stdout: string;
  readonly run: RunResult;
  readonly result: RehearsalResult;
}

export async function play(template: string, scenario: string, ...options: string[]): Promise<Played> {
  const json = file('result.json', '{}');
  const fixed = ['--scenario', scenario, '--seed', '7', '--address-move', '0.5', '--json', json];
  const { status, stdout, stderr } = await proxyFleet(['rehearse', template, ...fixed, ...options]);
  if (status === 2) throw new Error(stderr);
  const result: RehearsalResult = JSON.parse(readFileSync(json, 'utf8'));
  return { status, stdout, run: result.runs[0] as RunResult, result };
}

export const figure = ({ run }: Played, name: string) => run.measures.find((measure) => measure.name === name)?.seconds;
export const client = ({ run }: Played, name: string) => run.clients.find((each) => each.name === name);
