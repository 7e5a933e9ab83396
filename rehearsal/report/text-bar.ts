/**
 * A budget as a bar of characters: '████████░░░░  68 %'. With several runs the part between the best and the worst run is
 * lighter.
 */
import type { Spread } from './summary';

/** Undefined where there is nothing to compare: no budget, or a budget of nothing. */
export function budgetBar({ min, max }: Spread, budget: number | undefined, cells: number): string | undefined {
  if (!budget) return undefined;
  const filled = (value: number) => Math.max(0, Math.min(cells, Math.round((value / budget) * cells)));
  const share = Number.isFinite(max) ? `${Math.round((max / budget) * 100)} %` : 'never';
  const bar = '█'.repeat(filled(min)) + '▒'.repeat(filled(max) - filled(min)) + '░'.repeat(cells - filled(max));
  return `${bar} ${share.padStart(5)}`;
}
