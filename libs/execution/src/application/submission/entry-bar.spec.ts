import { EntryBar } from './entry-bar.js';

/** An account of play money at a venue whose one market somebody keeps fresh, or nobody. */
function bar(isFresh: boolean) {
  const followed: string[] = [];
  const waited: string[] = [];
  const markets = {
    resolveSymbol: () => 'BTC/USDT',
    follow: (symbol: string) => void followed.push(symbol),
    ready: async (symbol: string) => void waited.push(symbol),
  };
  const account = { row: { kind: 'PAPER', venue: 'FAKE' }, market: () => ({ stale: !isFresh }) };
  return { followed, waited, bar: new EntryBar(account as never, {} as never, { markets } as never) };
}

const order = { request: { symbol: 'BTCUSDT' } } as never;

it('a market that somebody else keeps fresh is followed for the order too: the other may leave', async () => {
  const { followed, waited, bar: entryBar } = bar(true);
  expect(entryBar.of(order)).toBeNull();
  expect([followed, waited]).toEqual([['BTC/USDT'], []]);
});

it('a market without a book is waited for', async () => {
  const { followed, waited, bar: entryBar } = bar(false);
  await expect(entryBar.of(order)).resolves.toBeNull();
  expect([followed, waited]).toEqual([['BTC/USDT'], ['BTC/USDT']]);
});
