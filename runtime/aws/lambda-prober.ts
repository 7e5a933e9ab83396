import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { type Health, PROBE, type ProbeRequest, type ProbeTopology } from '../../lib/private/takeover-contract';
import type { Observation, Prober } from '../ports';
import { CLIENT_OPTIONS } from './client-options';

/** Milliseconds for a cold start inside a VPC. */
const COLD_START_MS = 3500;

const HEALTHS: readonly unknown[] = ['ready', 'live', 'dead'] satisfies Health[];

/**
 * Asks one probe function a zone, all at the same time. One that fails, is late or talks nonsense is left out: that an observer
 * has a problem says nothing about the proxies.
 */
export class LambdaProber implements Prober {
  constructor(
    private readonly client: LambdaClient,
    private readonly probes: readonly ProbeTopology[],
    private readonly probe: ProbeRequest['probe'] = undefined,
    private readonly answerMs = answerMsOf(probe),
  ) {}

  async observe(addresses: string[]): Promise<Observation[]> {
    if (addresses.length === 0) return [];
    const answers = await Promise.allSettled(this.probes.map((probe) => this.ask(probe, { addresses, probe: this.probe })));
    return answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []));
  }

  private async ask({ zone, functionName }: ProbeTopology, request: ProbeRequest): Promise<Observation> {
    const { FunctionError, Payload } = await this.client.send(
      new InvokeCommand({ FunctionName: functionName, Payload: JSON.stringify(request) }),
      { abortSignal: AbortSignal.timeout(this.answerMs) },
    );
    if (FunctionError !== undefined) throw new Error(`${functionName} failed: ${FunctionError}`);
    return { zone, health: parseHealth(Payload?.transformToString()) };
  }
}

/** The prober with a client of its own. */
export function lambdaProber(probes: readonly ProbeTopology[], probe?: ProbeRequest['probe']): LambdaProber {
  const requestHandler = { ...CLIENT_OPTIONS.requestHandler, requestTimeout: answerMsOf(probe) };
  return new LambdaProber(new LambdaClient({ ...CLIENT_OPTIONS, requestHandler }), probes, probe);
}

/** All attempts of a probe, and room for a cold start. */
function answerMsOf({ attempts, everyMs, timeoutMs }: NonNullable<ProbeRequest['probe']> = PROBE): number {
  return (attempts - 1) * everyMs + timeoutMs + COLD_START_MS;
}

/** Only what is a health is taken over. */
function parseHealth(text: string | undefined): Record<string, Health> {
  const { health } = JSON.parse(text ?? '') as { readonly health: Record<string, unknown> };
  return Object.fromEntries(Object.entries(health).filter((entry): entry is [string, Health] => HEALTHS.includes(entry[1])));
}
