import type { JsonObject } from '@sextant/contracts';
import type { Evidence, VenuePosition } from '@sextant/exchange';
import { formatScaled, multiplyScaled } from '@sextant/kernel';
import type { EpochMs } from '@sextant/kernel';
import type { CommitPlan } from '@sextant/platform';
import { positionKey } from '@sextant/portfolio';
import type { ExecutionTools, OwnedAccount } from '../account/owned-account.js';
import { PlanBuilder } from '../account/plan-builder.js';
import { knows } from './known-market.js';

/** Books the perpetuals that an account held when it was first seen, at the entry prices that its venue tells. */
export function openingPositions(
  held: readonly VenuePosition[],
  evidence: Evidence,
  { portfolio }: Pick<OwnedAccount, 'portfolio'>,
  tools: Pick<ExecutionTools, 'ids' | 'markets'>,
  actor: string,
  now: EpochMs,
): CommitPlan {
  const plan = new PlanBuilder();
  for (const { symbol, positionSide, signedLots, entryPriceUnits } of held) {
    if (!knows(tools, symbol)) continue;
    const size = tools.markets.instrument(symbol).baseUnits(Math.abs(signedLots));
    const cost = multiplyScaled(size, entryPriceUnits);
    const [signedUnits, costUnits] = signedLots < 0 ? [-size, -cost] : [size, cost];
    plan.merge(
      portfolio.applyOpening({
        fact: { kind: 'OPENING_POSITION', symbol, positionSide, signedUnits, costUnits },
        transactionId: tools.ids.next('ltx'),
        reference: `opening:${positionKey(symbol, positionSide)}`,
        occurredAt: now,
        memo: {
          symbol,
          positionSide,
          quantity: formatScaled(signedUnits),
          entryPrice: formatScaled(entryPriceUnits),
          reason: 'Held at the venue when first seen',
          author: actor,
          evidence: { kind: evidence.kind, at: evidence.at, detail: evidence.detail as JsonObject },
        },
      }),
    );
  }
  return plan.build() ?? { rows: [], events: [], ledger: [] };
}
