import type { NameCheck } from '../private/records-contract';

/**
 * US dollars a month of a health check of something at AWS, and of each of its options. An account's first 50 are free of the former.
 *
 * Source: aws.amazon.com/route53/pricing, on 2026-09-20.
 */
const PRICE = { base: 0.5, option: 1 };

/** What so many health checks cost a month at most, for people. */
export function healthCheckPrice(checks: number, { Type, RequestInterval }: NameCheck): string {
  const options = [
    ...(RequestInterval < 30 ? [`an interval of ${RequestInterval} s`] : []),
    ...(Type === 'HTTPS' ? ['HTTPS'] : []),
  ];
  const total = checks * (PRICE.base + options.length * PRICE.option);
  const each = [`${PRICE.base.toFixed(2)} USD each`, ...options.map((option) => `${PRICE.option.toFixed(2)} for ${option}`)];
  return `up to ${checks} health checks cost up to ${total.toFixed(2)} USD a month: ${each.join(' and ')} (prices of 2026-09-20)`;
}
