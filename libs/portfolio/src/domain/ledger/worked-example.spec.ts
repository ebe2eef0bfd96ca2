import { readFileSync } from 'node:fs';
import path from 'node:path';
import { formatScaled, parseScaled } from '@sextant/kernel';
import type { AccountId } from '@sextant/kernel';
import { aFill, units } from '../positions/fills.contract.js';
import { PortfolioAggregate } from '../portfolio-aggregate.js';
import { averageEntryPrice, marketValue, netPnl, unrealizedPnl } from '../positions/position.js';
import type { Posting } from './posting.js';

const PAGE = readFileSync(
  path.join(import.meta.dirname, '../../../../../docs/contexts/portfolio.md'),
  'utf8',
);

describe('the worked example of docs/contexts/portfolio.md', () => {
  const portfolio = PortfolioAggregate.open('acc_1' as AccountId, 'PAPER');
  const steps: Record<string, Posting[]> = {
    deposit: portfolio.applyCash({ kind: 'DEPOSIT', asset: 'USDT', units: units('100000') }, 0n).postings,
    buy: portfolio.applyFill(aFill({ quantity: '1', price: '50000', fee: '0.001', feeAsset: 'BTC' }))
      .postings,
    sell: portfolio.applyFill(aFill({ side: 'SELL', quantity: '0.4', price: '60000', fee: '24' })).postings,
  };

  it('shows the postings of each step', () => {
    expect(tableOf(PAGE)).toEqual(
      Object.entries(steps).flatMap(([step, postings]) =>
        postings.map(({ account, asset, amount }) => `${step} ${account} ${formatScaled(amount)} ${asset}`),
      ),
    );
  });

  it('says what can be read off their sums', () => {
    const position = portfolio.positions.get('BTC/USDT')!;
    const mark = units('55000');
    const equity =
      portfolio.totalUnits('USDT') +
      marketValue({ ...position, signedUnits: portfolio.totalUnits('BTC') }, mark);
    const said = {
      'the wallet holds (\\S+) BTC': portfolio.totalUnits('BTC'),
      'BTC and (\\S+) USDT; the position': portfolio.totalUnits('USDT'),
      'at a cost of (\\S+),': position.costUnits,
      'average entry price is (\\S+):': averageEntryPrice(position),
      'realized P&L is (\\S+),': position.realizedUnits,
      '50 \\+ 24 = (\\S+),': position.feeUnits,
      'net P&L is (\\S+)\\.': netPnl(position),
      'open part is worth (\\S+),': marketValue(position, mark),
      'unrealized (\\S+), and': unrealizedPnl(position, mark),
      'equity is (\\S+):': equity,
    };
    const text = PAGE.replaceAll(/\s+/g, ' ');
    for (const [words, expected] of Object.entries(said)) {
      const [, amount] = new RegExp(words).exec(text) ?? [];
      expect([words, parseScaled(amount ?? '0')]).toEqual([words, expected]);
    }
  });
});

/** The rows of the page's table as `step account amount asset`, assets of a row in the order of the ledger. */
function tableOf(page: string): string[] {
  const [, table = ''] =
    /\|\s*step\s*\|\s*account\s*\|\s*BTC\s*\|\s*USDT\s*\|\n\|[-| ]+\|\n((?:\|.*\n)+)/.exec(page) ?? [];
  let step = '';
  return table
    .trim()
    .split('\n')
    .flatMap((row) => {
      const [name = '', account = '', btc = '', usdt = ''] = row
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim());
      step = name === '' ? step : name;
      const cells = [
        [btc, 'BTC'],
        [usdt, 'USDT'],
      ] as const;
      return cells.flatMap(([amount, asset]) =>
        amount === '' ? [] : [`${step} ${account.replaceAll('`', '')} ${amount} ${asset}`],
      );
    });
}
