import { formatScaled } from '@sextant/kernel';
import type { LiveOrder } from '../account/live-orders.js';
import type { OwnedAccount } from '../account/owned-account.js';
import { isProtective } from '../waiting/protective.js';

/** A position that nothing protects any more; base quantity, negative is short. */
export type UnprotectedPosition = { symbol: string; quantity: string };

/** The positions whose last protective order is among those that are cancelled. */
export function unprotectedBy(
  canceled: readonly LiveOrder[],
  account: Pick<OwnedAccount, 'orders' | 'portfolio'>,
): UnprotectedPosition[] {
  const going = new Set(canceled);
  const stays = account.orders.all().filter((entry) => !going.has(entry) && protects(entry, account));
  const left = new Set(stays.map(({ order }) => order.snapshot.symbol));
  const symbols = canceled
    .filter((entry) => protects(entry, account))
    .map(({ order }) => order.snapshot.symbol);
  return [...new Set(symbols)].flatMap((symbol) => {
    const { signedUnits } = account.portfolio.position(symbol);
    return left.has(symbol) || signedUnits === 0n ? [] : [{ symbol, quantity: formatScaled(signedUnits) }];
  });
}

function protects({ order: { snapshot } }: LiveOrder, account: Pick<OwnedAccount, 'portfolio'>): boolean {
  return snapshot.progress?.trigger?.state !== 'WAITING' && isProtective(snapshot, account);
}
