/** One unit of an amount is 10^-18. */
export const ONE = 10n ** 18n;

/** a·b/c, HALF_EVEN. */
export function share(a: bigint, b: bigint, c: bigint): bigint {
  const top = a * b;
  const negative = top < 0n !== c < 0n;
  const [n, d] = [top < 0n ? -top : top, c < 0n ? -c : c];
  const rest = (n % d) * 2n;
  const floor = n / d;
  const rounded = rest > d || (rest === d && floor % 2n === 1n) ? floor + 1n : floor;
  return negative ? -rounded : rounded;
}

/** A plain decimal as units. */
export function units(text: string): bigint {
  const [whole = '', fraction = ''] = text.replace('-', '').split('.');
  const value = BigInt(whole + fraction.padEnd(18, '0'));
  return text.startsWith('-') ? -value : value;
}

export function sum(values: Iterable<bigint>): bigint {
  let total = 0n;
  for (const value of values) total += value;
  return total;
}

/** Adds up what is told apart by a name. */
export class Sums extends Map<string, bigint> {
  add(name: string, amount: bigint): void {
    this.set(name, this.of(name) + amount);
  }

  of(name: string): bigint {
    return this.get(name) ?? 0n;
  }
}
