/** What a client process tells of one request, as one line of JSON. */

export interface ClientSample {
  /** When the request started: milliseconds of the machine's monotonic clock, comparable between processes. */
  readonly at: number;
  readonly ok: boolean;
  /** The address that answered or was tried last; missing when none was known. */
  readonly address?: string;
  /** How long the request took, in milliseconds on the wall. */
  readonly ms: number;
  /** How many addresses were tried. */
  readonly tried: number;
  /** Why it failed; missing when it did not. */
  readonly error?: string;
}

/** Now, on the clock of {@link ClientSample.at}. */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** Throws when the line is not a sample. */
export function parseClientSample(line: string): ClientSample {
  const sample = parse(line);
  if (!isSample(sample)) throw new Error(`a client must write samples as lines of JSON, got ${line.slice(0, 200)}`);
  return sample;
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function isSample(value: unknown): value is ClientSample {
  if (typeof value !== 'object' || value === null) return false;
  const { at, ok, address, ms, tried, error } = value as Record<string, unknown>;
  const text = (field: unknown) => field === undefined || typeof field === 'string';
  return (
    Number.isFinite(at) &&
    typeof ok === 'boolean' &&
    Number.isFinite(ms) &&
    Number.isInteger(tried) &&
    text(address) &&
    text(error)
  );
}
