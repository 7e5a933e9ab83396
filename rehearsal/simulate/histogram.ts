/**
 * How often each figure occurred, in memory that does not grow with the number of figures: whole milliseconds up to two seconds, then
 * bins that are 1/1024 of their value wide at most. Only whole numbers are added up, so halves that are merged in any order give the
 * same.
 */
const EXACT_BITS = 10;
const EXACT = 2 ** EXACT_BITS;

export class Histogram {
  count = 0;
  /** Of all figures, in milliseconds. */
  sum = 0;
  max = 0;
  /** Grows up to the bin of the largest figure. */
  bins = new Float64Array(0);

  /** What a worker sent: its methods do not travel. */
  static from({ count, sum, max, bins }: Pick<Histogram, 'count' | 'sum' | 'max' | 'bins'>): Histogram {
    return Object.assign(new Histogram(), { count, sum, max, bins });
  }

  add(milliseconds: number): void {
    const bin = binOf(milliseconds);
    this.reach(bin);
    this.bins[bin] = (this.bins[bin] as number) + 1;
    this.count += 1;
    this.sum += milliseconds;
    if (milliseconds > this.max) this.max = milliseconds;
  }

  merge(other: Histogram): void {
    this.reach(other.bins.length - 1);
    other.bins.forEach((count, bin) => {
      this.bins[bin] = (this.bins[bin] as number) + count;
    });
    this.count += other.count;
    this.sum += other.sum;
    this.max = Math.max(this.max, other.max);
  }

  /** What this share of the figures did not exceed, in seconds; undefined without figures. */
  percentile(share: number): number | undefined {
    if (this.count === 0) return undefined;
    const rank = Math.max(1, Math.ceil(share * this.count));
    let seen = 0;
    for (let bin = 0; bin < this.bins.length; bin++) {
      seen += this.bins[bin] as number;
      if (seen >= rank) return Math.min(upperEdge(bin), this.max) / 1000;
    }
    return this.max / 1000;
  }

  /** In seconds; undefined without figures. */
  get mean(): number | undefined {
    return this.count === 0 ? undefined : this.sum / this.count / 1000;
  }

  /** How many figures are above each of the limits, which are in seconds and rise. */
  above(limits: readonly number[]): number[] {
    let bin = 0;
    let within = 0;
    return limits.map((limit) => {
      for (; bin < this.bins.length && Math.min(upperEdge(bin), this.max) <= limit * 1000; bin++)
        within += this.bins[bin] as number;
      return this.count - within;
    });
  }

  private reach(bin: number): void {
    if (bin < this.bins.length) return;
    const bins = new Float64Array(Math.max(bin + 1, Math.ceil(this.bins.length * 1.5)));
    bins.set(this.bins);
    this.bins = bins;
  }
}

function binOf(milliseconds: number): number {
  if (milliseconds < 2 * EXACT) return milliseconds;
  const halvings = 31 - EXACT_BITS - Math.clz32(milliseconds);
  return EXACT * halvings + (milliseconds >>> halvings);
}

/** The largest figure of the bin. */
function upperEdge(bin: number): number {
  if (bin < 2 * EXACT) return bin;
  const halvings = Math.floor(bin / EXACT) - 1;
  return (bin - EXACT * halvings + 1) * 2 ** halvings - 1;
}
