import { AccountMarkets } from './account-markets.js';

/** The markets of a venue that count who follows them. */
function venue() {
  const followers: number[] = [];
  let now = 0;
  const change = (by: number) => void followers.push((now += by));
  const markets = {
    load: async () => undefined,
    follow: () => {
      change(1);
      return () => change(-1);
    },
  };
  return { followers, data: { of: () => markets } as never };
}

it('a market that is followed again is never let go in between', async () => {
  const { followers, data } = venue();
  const markets = new AccountMarkets(data, 'FAKE');
  await markets.open(null);
  markets.follow('BTC/USDT');
  markets.follow('BTC/USDT');
  expect(followers).toEqual([1]);
  markets.followOnly(new Set(['ETH/USDT']));
  expect(followers).toEqual([1, 2, 1]);
  markets.close();
  expect(followers.at(-1)).toBe(0);
});
