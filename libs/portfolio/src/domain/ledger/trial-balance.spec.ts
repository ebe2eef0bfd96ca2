import { TrialBalance } from './trial-balance.js';

it('adds up accounts and assets apart, and the whole to zero', () => {
  const balance = new TrialBalance();
  balance.add([
    { account: 'wallet:PAPER', asset: 'USDT', amount: 100n },
    { account: 'external:PAPER', asset: 'USDT', amount: -100n },
  ]);
  balance.add([
    { account: 'wallet:PAPER', asset: 'USDT', amount: -30n },
    { account: 'position:PAPER:BTC/USDT', asset: 'USDT', amount: 30n },
    { account: 'wallet:PAPER', asset: 'BTC', amount: 1n },
    { account: 'position:PAPER:BTC/USDT', asset: 'BTC', amount: -1n },
  ]);
  expect(balance.lines()).toEqual([
    { account: 'external:PAPER', asset: 'USDT', amount: -100n },
    { account: 'position:PAPER:BTC/USDT', asset: 'BTC', amount: -1n },
    { account: 'position:PAPER:BTC/USDT', asset: 'USDT', amount: 30n },
    { account: 'wallet:PAPER', asset: 'BTC', amount: 1n },
    { account: 'wallet:PAPER', asset: 'USDT', amount: 70n },
  ]);
  expect(balance.totals()).toEqual([
    { asset: 'BTC', amount: 0n },
    { asset: 'USDT', amount: 0n },
  ]);
});

it('keeps what does not come to zero', () => {
  const balance = new TrialBalance();
  balance.add([{ account: 'wallet:PAPER', asset: 'BTC', amount: 2n }]);
  expect(balance.totals()).toEqual([{ asset: 'BTC', amount: 2n }]);
});
