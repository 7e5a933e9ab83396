import type { Duration } from 'aws-cdk-lib';

/** Whether a home slot that has come back takes its virtual IP back from the slot that stood in. Each way back breaks connections. */
export class Preemption {
  /** The address stays where it is until its holder fails. */
  public static never(): Preemption {
    return new Preemption();
  }

  /**
   * The home slot takes the address back once it has been ready without a break for this long.
   *
   * @param delay at most a day; zero for at once
   */
  public static after(delay: Duration): Preemption {
    return new Preemption(delay);
  }

  private constructor(
    /** @internal */
    public readonly _delay?: Duration,
  ) {}
}
