import { ONE } from '@sextant/kernel';
import type { AccountId, LedgerTransactionId } from '@sextant/kernel';
import type { CommitPlan } from '@sextant/platform';
import { aFill } from '../../domain/positions/fills.contract.js';
import { PortfolioState } from '../state/portfolio-state.js';
import { readStrategyPnl } from './strategy-pnl.js';
import type { SqlReader } from './reservations.js';

const SYMBOL = 'BTC/USDT:USDT';
const ACCOUNT = 'acc_1' as AccountId;

/** A ledger as the statement of a fold gives it. */
function readerOf(plans: readonly CommitPlan[]): SqlReader {
  const rows = plans
    .flatMap(({ ledger }) => ledger)
    .map(({ kind, memo, occurredAt, postings }, index) => ({
      chain_sequence: String(index + 1),
      ...{ kind, memo: kind === 'FILL' ? memo : null, occurred_at: occurredAt },
      postings: postings
        .map(({ account, asset, amount }) => [account, asset, amount].join('\u001f'))
        .join('\u001e'),
    }));
  return { query: async <Row>() => rows as Row[] };
}

it('adds up to the account: a perpetual that was held when first seen, and what the insurance fund took', async () => {
  const state = PortfolioState.empty(ACCOUNT, 'PAPER');
  const entry = (reference: string, occurredAt: number) => ({
    ...{ transactionId: `ltx_${reference}` as LedgerTransactionId, reference, occurredAt, memo: {} },
  });
  const market = { symbol: SYMBOL, positionSide: 'NET' as const };
  const opening = {
    kind: 'OPENING_POSITION' as const,
    ...market,
    signedUnits: 2n * ONE,
    costUnits: 200n * ONE,
  };
  const insurance = { kind: 'INSURANCE' as const, ...market, asset: 'USDT', units: -3n * ONE };
  const funding = { kind: 'FUNDING' as const, ...market, asset: 'USDT', units: 5n * ONE };
  const sale = { ...{ symbol: SYMBOL, side: 'SELL' as const, quantity: '1', price: '130' }, executedAt: 20 };
  const plans = [
    state.applyOpening({ fact: opening, ...entry('1', 10) }),
    state.applyFill(aFill({ ...sale, fee: '1', feeAsset: 'USDT' })),
    state.applyFunding({ fact: insurance, ...entry('3', 30) }),
    state.applyFunding({ fact: funding, ...entry('4', 40) }),
  ];
  const all = await readStrategyPnl(readerOf(plans), ACCOUNT, { from: null, to: null });
  const { realizedUnits: realized, feeUnits: fees, fundingUnits } = state.position(SYMBOL);
  expect([realized, fees, fundingUnits]).toEqual([30n * ONE, 4n * ONE, 5n * ONE]);
  expect(all).toMatchObject([{ key: null, asset: 'USDT', realized, fees, funding: fundingUnits }]);
  const some = await readStrategyPnl(readerOf(plans), ACCOUNT, { from: 30, to: 40 });
  expect(some).toMatchObject([{ key: null, realized: 0n, fees: 3n * ONE, funding: 0n }]);
});
