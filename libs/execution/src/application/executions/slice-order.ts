import type { VenueTraits } from '@sextant/exchange';
import type { Instrument, OrderId } from '@sextant/kernel';
import type { Verdict } from '@sextant/risk';
import type { ExecutionSnapshot, ExecutionTerms } from '../../domain/executions/execution-terms.js';
import { sliceOrderId } from '../../domain/executions/slice-order-id.js';
import type { ConditionsRequest, OrderRequest } from '../requests/order-request.js';
import type { OwnedAccount } from '../account/owned-account.js';

/** What of one slice was decided. */
export interface SliceTerms {
  slice: number;
  lots: number;
  priceTicks: number;
}

const nothingElse: Omit<ConditionsRequest, 'displayQuantity'> = {
  stopPrice: null,
  trailingDelta: null,
  trailingPercent: null,
  triggerBy: null,
  expireTime: null,
  reduceOnly: false,
};

/** The order of a slice. What is to rest rests until it is taken back; the others take what is there at once. */
export function sliceOrder(
  { slice, lots, priceTicks }: SliceTerms,
  { executionId, symbol, side, urgency, algorithm, displayLots, strategy, tags }: ExecutionSnapshot,
  instrument: Instrument,
  traits: VenueTraits,
): OrderRequest {
  const iceberg = algorithm === 'ICEBERG';
  const rests = iceberg || urgency === 'PASSIVE' || !traits.timesInForce.includes('IOC');
  const displayQuantity =
    displayLots !== null && displayLots < lots ? instrument.lotsToQuantity(displayLots).toString() : null;
  return {
    symbol,
    side,
    type: 'LIMIT',
    quantity: instrument.lotsToQuantity(lots).toString(),
    quoteQuantity: null,
    price: instrument.ticksToPrice(priceTicks).toString(),
    timeInForce: rests ? 'GTC' : 'IOC',
    postOnly: !iceberg && urgency === 'PASSIVE' && traits.postOnly,
    clientOrderId: sliceOrderId(executionId, slice),
    strategy,
    tags: [...tags],
    ...(displayQuantity !== null && { conditions: { ...nothingElse, displayQuantity } }),
  };
}

/** What risk would say of so much of it as one order, now. */
export function judgeSlice(
  { accountId, symbol, side, strategy }: ExecutionTerms,
  { lots, priceTicks }: { lots: number; priceTicks: number | null },
  account: OwnedAccount,
  instrument: Instrument,
): { verdicts: Verdict[]; reservation: { asset: string; units: bigint } } {
  const order = { accountId, symbol, side, lots, quoteUnits: null, priceTicks, conditions: null, strategy };
  const intent = account.intent('ord_preview' as OrderId, order, instrument);
  return account.risk.preview(intent, account.facts(symbol, account.market(symbol)));
}
