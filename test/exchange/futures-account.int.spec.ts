import { ONE } from '@sextant/kernel';
import { openConformanceWorld, valueOfOutcome as valueOf } from '@sextant/exchange';
import type { ConformanceWorld, VenueIncome } from '@sextant/exchange';
import { marketSide } from '../../apps/venue/src/market/market-side.js';
import type { MarketSide } from '../../apps/venue/src/market/market-side.js';
import { startVenue } from '../../apps/venue/src/venue.js';
import type { RunningVenue } from '../../apps/venue/src/venue.js';
import { REHEARSAL_KEY, REHEARSAL_SECRET, targetAt } from './chaos-target.js';

const SYMBOL = 'BTC/USDT:USDT';
const START_UNITS = 50_000n * ONE;
const conditions = {
  stopTicks: null,
  trailingBps: null,
  triggerBy: 'LAST' as const,
  displayLots: null,
  expiresAt: null,
  reduceOnly: false,
};

let venue: RunningVenue;
let side: MarketSide;
let world: ConformanceWorld;

beforeEach(async () => {
  venue = await startVenue(
    {
      accounts: [
        {
          accountId: 'rehearsal',
          keys: [{ apiKey: REHEARSAL_KEY, secret: REHEARSAL_SECRET }],
          balances: { USDT: '1000' },
        },
      ],
      market: { historyMinutes: 10, speed: 0 },
      futures: { balances: { rehearsal: '50000' }, historyMinutes: 10 },
    },
    [(core, options) => (side = marketSide(core, options))],
  );
  world = await openConformanceWorld(targetAt(venue, { ccxtId: 'binanceusdm', symbol: SYMBOL }));
});

afterEach(async () => {
  await world.session.close();
  await world.close();
  await venue.close();
});

function market(lots: number, terms: Parameters<ConformanceWorld['request']>[0] = {}) {
  const request = world.request({ type: 'MARKET', lots, priceTicks: null, timeInForce: 'IOC', ...terms });
  return world.send(request).then(valueOf);
}

async function wallet(): Promise<bigint> {
  const [usdt] = valueOf(await world.session.balances());
  return usdt!.freeUnits + usdt!.lockedUnits;
}

async function fills() {
  return valueOf(await world.session.fillsSince(null)).fills;
}

async function income(from: string): Promise<VenueIncome[]> {
  return valueOf(await world.session.incomeSince!(from)).income;
}

it('tells what is held, and the wallet without the open result', async () => {
  const { session } = world;
  expect(valueOf(await session.positions!())).toEqual([]);
  await market(500);
  const [position, ...others] = valueOf(await session.positions!());
  expect(others).toEqual([]);
  expect(position).toMatchObject({ symbol: SYMBOL, positionSide: 'NET', signedLots: 500 });
  expect(position!.isolatedMarginUnits).toBeNull();
  const told = await fills();
  const fees = told.reduce((sum, { feeUnits }) => sum + feeUnits, 0n);
  side.futures.pinMark('BTCUSDT', '70000');
  expect(await wallet()).toBe(START_UNITS - fees);
  expect(told.every(({ settledUnits }) => settledUnits === 0n)).toBe(true);
});

it('a result is what the fills say that went into the wallet', async () => {
  await market(500);
  await market(200, { side: 'SELL' });
  const told = await fills();
  const moved = told.reduce((sum, { feeUnits, settledUnits = 0n }) => sum + settledUnits - feeUnits, 0n);
  expect(await wallet()).toBe(START_UNITS + moved);
  expect(valueOf(await world.session.positions!())).toMatchObject([{ signedLots: 300 }]);
});

it('sets leverage, margin mode and position mode, and what is so already stays', async () => {
  const { session } = world;
  const change = session.changeMargin!;
  valueOf(await change({ kind: 'LEVERAGE', symbol: SYMBOL, leverage: 25 }));
  valueOf(await change({ kind: 'MARGIN_MODE', symbol: SYMBOL, marginMode: 'ISOLATED' }));
  valueOf(await change({ kind: 'MARGIN_MODE', symbol: SYMBOL, marginMode: 'ISOLATED' }));
  valueOf(await change({ kind: 'POSITION_MODE', hedged: true }));
  valueOf(await change({ kind: 'POSITION_MODE', hedged: true }));
  const margin = valueOf(await session.margin!());
  expect(margin.hedged).toBe(true);
  const told = margin.markets.find(({ symbol }) => symbol === SYMBOL)!;
  expect(told).toMatchObject({ leverage: 25, marginMode: 'ISOLATED' });
  expect(told.tiers[0]).toMatchObject({ floorUnits: 0n, deductionUnits: 0n, maxLeverage: 125 });
  expect((await change({ kind: 'LEVERAGE', symbol: SYMBOL, leverage: 126 })).outcome).toBe('REFUSED');
  expect((await change({ kind: 'LEVERAGE', symbol: 'NO/USDT:USDT', leverage: 2 })).outcome).toBe('REFUSED');
});

it('holds a long and a short apart in hedge mode', async () => {
  const { session } = world;
  valueOf(await session.changeMargin!({ kind: 'POSITION_MODE', hedged: true }));
  await market(300, { conditions: { ...conditions, positionSide: 'LONG' } });
  await market(200, { side: 'SELL', conditions: { ...conditions, positionSide: 'SHORT' } });
  await market(100, { side: 'SELL', conditions: { ...conditions, reduceOnly: true, positionSide: 'LONG' } });
  const positions = valueOf(await session.positions!());
  expect(positions.map(({ positionSide, signedLots }) => [positionSide, signedLots]).sort()).toEqual([
    ['LONG', 200],
    ['SHORT', -200],
  ]);
  expect((await fills()).map(({ positionSide }) => positionSide)).toEqual(
    expect.arrayContaining(['LONG', 'SHORT']),
  );
});

it('pays funding at the stamp, told once as income', async () => {
  const { session } = world;
  const from = session.startIncomeCursor!();
  await market(500);
  const before = await wallet();
  const eightHours = 8 * 3_600_000;
  venue.admin.setClock({ offsetMs: eightHours });
  const told = await world.eventually('funding', async () => {
    const page = await session.incomeSince!(from);
    return page.outcome === 'CONFIRMED' && page.value.income.length > 0 ? page.value : null;
  });
  expect(told.income).toMatchObject([{ kind: 'FUNDING', symbol: SYMBOL, asset: 'USDT' }]);
  expect(await wallet()).toBe(before + told.income[0]!.units);
  expect(await income(told.cursor)).toEqual([]);
});

it('names the fills of a liquidation, and what the insurance fund took', async () => {
  const { session } = world;
  const from = session.startIncomeCursor!();
  valueOf(await session.changeMargin!({ kind: 'MARGIN_MODE', symbol: SYMBOL, marginMode: 'ISOLATED' }));
  await market(500);
  const [position] = valueOf(await session.positions!());
  const price = position!.liquidationPriceUnits!;
  side.futures.pinMark('BTCUSDT', String(Number(price / 10n ** 16n) / 100 - 10));
  expect(valueOf(await session.positions!())).toEqual([]);
  const told = await fills();
  expect(told.filter(({ liquidation }) => liquidation).reduce((sum, { lots }) => sum + lots, 0)).toBe(500);
  const [cleared] = await income(from);
  expect(cleared).toMatchObject({ kind: 'INSURANCE', label: 'INSURANCE_CLEAR', symbol: SYMBOL });
  const moved = told.reduce((sum, { feeUnits, settledUnits = 0n }) => sum + settledUnits - feeUnits, 0n);
  expect(await wallet()).toBe(START_UNITS + moved + cleared!.units);
});
