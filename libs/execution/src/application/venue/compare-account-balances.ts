import type { OrderInbox } from '../account/order-inbox.js';
import type { OwnedAccount } from '../account/owned-account.js';
import type { VenueLink } from './venue-link.js';

/** MOVED: they differ, and something was booked or waited to be while the venue answered. */
export type BalancesAre = 'EQUAL' | 'MOVED' | 'DIFFERENT' | 'UNREACHABLE';

/** Totals of ours against free + locked of the venue's, while nothing moves. Writes nothing. `name`: what differs. */
export async function compareBalances(
  { portfolio }: Pick<OwnedAccount, 'portfolio'>,
  link: VenueLink,
  inbox: Pick<OrderInbox, 'isIdle' | 'pushAndWait'>,
): Promise<{ are: BalancesAre; name: string }> {
  // What is on its way, the row of the round before among it, is no sign that something moves.
  await inbox.pushAndWait({ kind: 'PLAN', plan: () => ({ rows: [], events: [], ledger: [] }) });
  const { revision } = portfolio;
  const answer = await link.call((venue) => venue.balances());
  if (answer.outcome !== 'CONFIRMED') return { are: 'UNREACHABLE', name: '' };
  const theirs = new Map(answer.value.map((row) => [row.asset, row.freeUnits + row.lockedUnits]));
  const differences = [...new Set([...portfolio.assets(), ...theirs.keys()])]
    .map((asset) => ({ asset, units: (theirs.get(asset) ?? 0n) - portfolio.totalUnits(asset) }))
    .filter(({ units }) => units !== 0n);
  if (differences.length === 0) return { are: 'EQUAL', name: '' };
  const name = differences.map(({ asset, units }) => `${asset} ${units}`).join(', ');
  return { are: portfolio.revision !== revision || !inbox.isIdle ? 'MOVED' : 'DIFFERENT', name };
}
