import { parseScaled } from '@sextant/kernel';
import type { AccountId, LedgerTransactionId, TenantId } from '@sextant/kernel';
import fc from 'fast-check';
import { aFill } from '../../domain/positions/fills.contract.js';
import { PortfolioState } from '../state/portfolio-state.js';
import { EquityJournal } from './equity-journal.js';
import type { EquityTrace } from './equity-journal.js';
import type { SnapshotRow } from './snapshot-table.js';

const NOW = 1_700_000_000_000;
const NEW: EquityTrace = { ledgerSequence: 0, lastAt: null, flows: new Map() };

function world(kind: 'PAPER' | 'LIVE' = 'PAPER', trace = NEW) {
  const prices = new Map<string, bigint>();
  const marks = {
    mark: (symbol: string) => {
      const priceUnits = prices.get(symbol);
      return priceUnits === undefined ? null : { priceUnits, asOf: NOW, stale: false };
    },
  };
  const state = PortfolioState.empty('acc_1' as AccountId, 'PAPER');
  const row = { account_id: state.accountId, tenant_id: 'ten_1' as TenantId, kind, reporting_asset: 'USDT' };
  const journal = new EquityJournal(row, state, marks, trace, () => ['USDT', 'BTC']);
  let booked = 0;
  const cash = (asset: string, amount: string | bigint, kindOf: 'DEPOSIT' | 'WITHDRAWAL' = 'DEPOSIT') => {
    booked += 1;
    const units = typeof amount === 'string' ? parseScaled(amount) : amount;
    const fact =
      kindOf === 'DEPOSIT'
        ? { kind: kindOf, asset, units }
        : { kind: kindOf, asset, units, feeUnits: parseScaled('1') };
    const transactionId = `ltx_${booked}` as LedgerTransactionId;
    state.applyCash({ fact, transactionId, reference: `${booked}`, occurredAt: NOW, memo: {} });
  };
  const price = (symbol: string, text: string | null) =>
    text === null ? prices.delete(symbol) : prices.set(symbol, parseScaled(text));
  const point = (at = NOW) => journal.point('INTERVAL', at).rows[0]!.row as SnapshotRow;
  return { state, journal, cash, price, point };
}

const units = (text: string) => parseScaled(text);

describe('the equity history of an owned account', () => {
  it('begins with everything that the account holds as brought in', () => {
    const { cash, price, point } = world();
    cash('USDT', '100');
    cash('BTC', '2');
    price('BTC/USDT', '50000');
    expect(point()).toMatchObject({
      equity: units('100100'),
      flow: units('100100'),
      complete: true,
      ledger_sequence: 2,
      unvalued_flows: {},
      rates: { BTC: String(units('0.00002')) },
    });
    expect(point(NOW + 1)).toMatchObject({ equity: units('100100'), flow: 0n });
  });

  it('takes no flow from an imported history, which the opening balances contain', () => {
    const { state, journal, cash, price, point } = world('LIVE');
    price('BTC/USDT', '50000');
    cash('BTC', '1');
    cash('USDT', '100');
    point();
    const fill = aFill({ quantity: '1', price: '10000', fee: '10' });
    state.applyHistory({ ...fill, venueOrderId: '7' }, {});
    expect(state.position('BTC/USDT').costUnits).toBe(units('10000'));
    expect(journal.flowPoint(NOW + 1)).toBeNull();
    expect(point(NOW + 2)).toMatchObject({ equity: units('50100'), flow: 0n, ledger_sequence: 3 });
  });

  it('counts deposits and withdrawals, but neither fees of the network nor trades', () => {
    const { state, journal, cash, price, point } = world();
    price('BTC/USDT', '50000');
    cash('USDT', '60000');
    point();
    state.applyFill(aFill({ quantity: '1', price: '50000', fee: '50' }));
    expect(journal.flowPoint(NOW + 1)).toBeNull();
    cash('USDT', '1000', 'WITHDRAWAL');
    cash('BTC', '0.1');
    const plan = journal.flowPoint(NOW + 2)!;
    const { flow, equity, kind } = plan.rows[0]!.row as SnapshotRow;
    expect([kind, flow]).toEqual(['FLOW', units('4000')]);
    expect(equity).toBe(units('63949')); // 60000 − 50 of the fill − 1001 + 5000
    expect(plan.events).toEqual([
      {
        type: 'EquityChanged',
        occurredAt: NOW + 2,
        payload: { accountId: 'acc_1', asset: 'USDT', equity: '63949', complete: true },
      },
    ]);
    expect(journal.flowPoint(NOW + 3)).toBeNull();
  });

  it('does not know the equity without a price, and values what came at the first one', () => {
    const { cash, price, point } = world();
    cash('USDT', '100');
    point();
    cash('BTC', '1');
    expect(point(NOW + 1)).toMatchObject({
      equity: null,
      flow: 0n,
      complete: false,
      unvalued_flows: { BTC: String(units('1')) },
    });
    price('BTC/USDT', '50000');
    expect(point(NOW + 2)).toMatchObject({ equity: units('50100'), flow: units('50000'), complete: true });
  });

  it('knows when a price has come that the newest point lacked', () => {
    const { cash, journal, price, point } = world();
    cash('BTC', '1');
    expect(journal.canComplete()).toBe(false); // there is no point yet
    point();
    expect(journal.canComplete()).toBe(false);
    price('BTC/USDT', '50000');
    expect(journal.canComplete()).toBe(true);
    point(NOW + 1);
    expect(journal.canComplete()).toBe(false);
  });

  it('does not take a LIVE account that was never read for an empty one', () => {
    const { cash, point } = world('LIVE');
    expect(point()).toMatchObject({ equity: null, flow: 0n, complete: false });
    cash('USDT', '7');
    expect(point(NOW + 1)).toMatchObject({ equity: units('7'), flow: units('7'), complete: true });
  });

  it('goes on where the owner before it stopped', () => {
    const trace = { ledgerSequence: 41, lastAt: NOW + 50, flows: new Map([['ETH', units('2')]]) };
    const { cash, price, point } = world('PAPER', trace);
    cash('USDT', '1');
    price('ETH/USDT', '3000');
    expect(point()).toMatchObject({ taken_at: NOW + 51, ledger_sequence: 42, flow: units('6001') });
  });

  it('orders its points by the ledger, whatever the clock says', () => {
    const { point } = world();
    expect([NOW, NOW, NOW - 5_000, NOW + 9].map((at) => point(at).taken_at)).toEqual([
      NOW,
      NOW + 1,
      NOW + 2,
      NOW + 9,
    ]);
  });

  it('adds up: without trades, fees and moves of prices the equity is the sum of the flows', () => {
    const step = fc.oneof(
      fc.record({ asset: fc.constantFrom('USDT', 'BTC', 'ETH'), units: fc.bigInt(1n, 10n ** 24n) }),
      fc.record({ priced: fc.constantFrom('BTC/USDT', 'ETH/USDT') }),
      fc.constant('POINT' as const),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const { cash, price, point } = world();
        let [sum, at] = [0n, NOW];
        for (const one of steps) {
          at += 1;
          if (one === 'POINT') sum += check(point(at), sum);
          else if ('priced' in one) price(one.priced, one.priced === 'BTC/USDT' ? '50000' : '3000');
          else cash(one.asset, one.units);
        }
        price('BTC/USDT', '50000');
        price('ETH/USDT', '3000');
        const last = point(at + 1);
        expect(last).toMatchObject({ complete: true, equity: sum + last.flow });
      }),
    );
    function check(row: SnapshotRow, before: bigint): bigint {
      expect(row.complete).toBe(row.equity !== null && Object.keys(row.unvalued_flows).length === 0);
      if (row.complete) expect(row.equity).toBe(before + row.flow);
      return row.flow;
    }
  });
});
