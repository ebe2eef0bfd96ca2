import { mulDivHalfEven } from '@sextant/kernel';
import type { EpochMs } from '@sextant/kernel';
import type { FundingFact } from '../ledger/plan-postings.js';
import { flatPosition, positionKey } from './position.js';
import type { Position } from './position.js';

/** The virtual position of one strategy; null is "no strategy". */
export interface StrategyPosition {
  strategy: string | null;
  position: Position;
}

type Books = ReadonlyMap<string | null, ReadonlyMap<string, Position>>;

/** The position with what it received (> 0) or paid: funding, or a fee of the insurance fund. */
export function withFunding(
  position: Position,
  kind: FundingFact['kind'],
  units: bigint,
  at: EpochMs,
): Position {
  const updatedAt = at > position.updatedAt ? at : position.updatedAt;
  if (kind === 'INSURANCE') return { ...position, feeUnits: position.feeUnits - units, updatedAt };
  return { ...position, fundingUnits: position.fundingUnits + units, updatedAt };
}

/**
 * Funding is −signed quantity × mark × rate, so the strategies that hold the position share it by their signed quantities,
 * HALF_EVEN, the last in the order of names taking the rest: their funding sums to the account's. Where nobody holds any
 * more when it is booked, as after a liquidation, it goes to the orders without a strategy.
 */
export function shareFunding(books: Books, fact: FundingFact, at: EpochMs): StrategyPosition[] {
  const key = positionKey(fact.symbol, fact.positionSide);
  const held = [...books]
    .map(([strategy, book]) => ({ strategy, position: book.get(key) }))
    .filter((row): row is StrategyPosition => (row.position?.signedUnits ?? 0n) !== 0n)
    .sort((a, b) => ((a.strategy ?? '') < (b.strategy ?? '') ? -1 : 1));
  const total = held.reduce((sum, { position }) => sum + position.signedUnits, 0n);
  if (total === 0n) {
    const position = books.get(null)?.get(key) ?? flatPosition(fact.symbol, fact.positionSide);
    return [{ strategy: null, position: withFunding(position, fact.kind, fact.units, at) }];
  }
  const [sign, size] = total < 0n ? [-1n, -total] : [1n, total];
  let rest = fact.units;
  return held.map(({ strategy, position }, index) => {
    const isLast = index === held.length - 1;
    const share = isLast ? rest : mulDivHalfEven(fact.units, sign * position.signedUnits, size);
    rest -= share;
    return { strategy, position: withFunding(position, fact.kind, share, at) };
  });
}
