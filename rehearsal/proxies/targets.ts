/** The services behind the proxies, each a process of its own, that can be ended and started again. */

import type { Child, Children } from './children';
import type { Place } from './surroundings';
import type { TargetOptions } from './target';

export class Targets {
  private readonly running = new Map<string, Child>();
  private readonly places = new Map<string, Place>();

  constructor(private readonly children: Children) {}

  /** In the order in which they were started. */
  get names(): string[] {
    return [...this.places.keys()];
  }

  /** Starts a target, for the first time or again, and waits until it listens. */
  async start(name: string, place: Place | undefined = this.places.get(name)): Promise<void> {
    if (!place) throw new Error(`no target ${name}`);
    this.places.set(name, place);
    const options: TargetOptions = { name, ...place };
    await new Promise<void>((resolve) => {
      const target = this.children.reenter('child-target', options, () => resolve());
      void target.ended.then(() => resolve());
      this.children.relyOn(target, `the target on ${place.address}:${place.port}`);
      this.running.set(name, target);
    });
  }

  /** It dies, and its port refuses. */
  async kill(name: string): Promise<void> {
    await this.running.get(name)?.kill();
  }
}
