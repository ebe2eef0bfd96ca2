import { createCcxtGateway, verifiedCcxtVenues } from './create-ccxt-gateway.js';
import { accountId, ccxtUnderTest, sendOrder, valueOf } from './scripted-channel.contract.js';
import type { ScriptedChannel } from './scripted-channel.contract.js';

const market = {
  id: 'BTC_USDT',
  base: 'BTC',
  quote: 'USDT',
  fee: '0.2',
  min_quote_amount: '3',
  amount_precision: 4,
  precision: 1,
  trade_status: 'tradable',
  type: 'normal',
};

/** gate is in ccxt, and nobody here has held it against its protocol. */
function here(script: (channel: ScriptedChannel) => void = () => undefined) {
  return ccxtUnderTest('gate', (channel) => {
    channel.on('GET /api/v4/', { body: [] });
    channel.on('GET /api/v4/spot/currency_pairs', { body: [market] });
    script(channel);
  });
}

it('any other exchange of ccxt is there, marked as unverified, and promises nothing', async () => {
  const { gateway } = await here();
  expect(gateway.verified).toBe(false);
  expect(gateway.traits).toMatchObject({
    absenceProof: 'NEVER',
    clientOrderIds: 'NOT_UNIQUE',
    validityWindowMs: null,
  });
  expect(
    (await gateway.instruments()).map(({ spec }) => [spec.symbol, spec.tickSize, spec.stepSize]),
  ).toEqual([['BTC/USDT', '0.1', '0.0001']]);
});

it('an order that ccxt begins with another request stays here: only the approved one may leave', async () => {
  const world = await here((channel) =>
    channel.on('POST /api/v4/spot/orders', { status: 201, body: { id: '7' } }),
  );
  const before = world.channel.sent.length;
  expect(await sendOrder(world, { lots: 5, priceTicks: 600_001, clientOrderId: 'mine1' })).toMatchObject({
    outcome: 'REFUSED',
    reason: { code: 'REQUEST_REFUSED' },
    evidence: { kind: 'NOT_SENT' },
  });
  expect(world.channel.sent).toHaveLength(before);
});

it('takes plain orders only', async () => {
  const world = await here();
  const kinds = [{ postOnly: true }, { timeInForce: 'IOC' as const }];
  for (const terms of kinds) {
    expect(await sendOrder(world, { lots: 5, priceTicks: 600_001, ...terms })).toMatchObject({
      reason: { code: 'UNSUPPORTED' },
    });
  }
});

it('an error of a class that ccxt knows is unknown all the same', async () => {
  const world = await here((channel) =>
    channel.on('GET /api/v4/spot/accounts', {
      status: 400,
      body: { label: 'BALANCE_NOT_ENOUGH', message: 'no' },
    }),
  );
  const session = await world.gateway.open(accountId);
  expect(await session.balances()).toMatchObject({ outcome: 'UNKNOWN', reason: { code: 'UNLISTED_ANSWER' } });
});

it('the verified ones are these, and an id that is none is refused', () => {
  expect(verifiedCcxtVenues).toEqual({
    binance: 'BINANCE',
    binanceusdm: 'BINANCE_USDM',
    bybit: 'BYBIT',
    coinbase: 'COINBASE',
    kraken: 'KRAKEN',
    okx: 'OKX',
  });
  expect(() => createCcxtGateway('../evil', {} as never)).toThrow('no id of a ccxt exchange');
});

it('balances are read exactly by its unified methods', async () => {
  const world = await here((channel) =>
    channel.on('GET /api/v4/spot/accounts', {
      body: [{ currency: 'BTC', available: '0.5', locked: '0.25' }],
    }),
  );
  const session = await world.gateway.open(accountId);
  expect(valueOf(await session.balances())).toEqual([
    { asset: 'BTC', freeUnits: 5n * 10n ** 17n, lockedUnits: 25n * 10n ** 16n },
  ]);
});
