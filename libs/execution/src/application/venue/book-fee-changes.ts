import type { Evidence, VenueFill } from '@sextant/exchange';
import type { JsonObject } from '@sextant/contracts';
import { formatScaled, Symbol as MarketSymbol } from '@sextant/kernel';
import type { LedgerTransactionId } from '@sextant/kernel';
import type { BookedFill } from '@sextant/portfolio';
import { feeWorth } from './fee-worth.js';
import type { BookedTrade, TradeFinding } from '../../domain/compare-trades.js';
import type { OrderInbox } from '../account/order-inbox.js';
import type { ExecutionTools, OwnedAccount } from '../account/owned-account.js';

/** A fee that came late, or was changed: one ledger transaction for each asset in which it did. Returns their ids. */
export function bookFeeChanges(
  { booked, changes, listed }: Extract<TradeFinding<VenueFill>, { kind: 'FEE' }>,
  evidence: Evidence,
  account: OwnedAccount,
  inbox: OrderInbox,
  tools: Pick<ExecutionTools, 'ids'>,
): LedgerTransactionId[] {
  return changes.map(({ asset, units }, index) => {
    const transactionId = tools.ids.next('ltx');
    const why: JsonObject = {
      reason: 'The venue charges something else for the fill than was booked with it',
      author: 'sextant:reconciliation',
      evidence: { kind: evidence.kind, at: evidence.at, detail: told(listed) },
    };
    inbox.push({
      kind: 'PLAN',
      plan: (now) => {
        const fee = feeOf(booked, asset, units, account.row.venue, evidence.at);
        const valued = { ...fee, ...feeWorth(fee, account, now) };
        return account.portfolio.applyFee(valued, transactionId, booked.feeRevision + index + 1, why);
      },
    });
    return transactionId;
  });
}

function feeOf(
  trade: BookedTrade,
  feeAsset: string,
  feeUnits: bigint,
  venue: string,
  learntAt: number,
): BookedFill {
  const { fillId, orderId, symbol, side, lots, priceTicks, baseUnits, quoteUnits, role, strategy } = trade;
  const { positionSide } = trade;
  const { base, quote } = MarketSymbol.parse(symbol);
  return {
    fillId,
    orderId,
    symbol,
    base,
    quote,
    side,
    lots,
    priceTicks,
    baseUnits,
    notionalUnits: quoteUnits,
    feeAsset,
    feeUnits,
    role,
    executedAt: learntAt,
    strategy,
    venue,
    venueTradeId: trade.venueTradeId,
    replacement: trade.venueOrderId,
    ...(positionSide !== undefined && { positionSide }),
  };
}

/** What the venue says of it now. */
function told({ venueOrderId, venueTradeId, feeAsset, feeUnits }: VenueFill): JsonObject {
  return { venueOrderId, venueTradeId, fee: formatScaled(feeUnits), feeAsset };
}
