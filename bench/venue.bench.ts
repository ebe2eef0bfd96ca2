import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AccountId } from '@sextant/kernel';
import { combineModels, Database, EmbeddedPostgres, platformModel, SystemClock } from '@sextant/platform';
import type { VenuePlacement } from '@sextant/venue';
import {
  ANY_PRICE,
  MatchingBook,
  paperInstruments,
  PostgresVenueJournal,
  SimulatedVenue,
  venueModel,
} from '@sextant/venue';

type Report = (name: string, value: number, unit: string, note?: string) => void;

const COMMANDS = 400_000;
const ROUNDS = 5;
const ORDERS = 20_000;

/** Half limit orders, a tenth market orders, the rest cancels, from a fixed seed. */
interface Commands {
  kinds: Uint8Array;
  sides: Uint8Array;
  ticks: Int32Array;
  lots: Int32Array;
  ids: string[];
  targets: Int32Array;
}

function commands(count: number): Commands {
  let state = 12_345;
  const random = (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const made: Commands = {
    kinds: new Uint8Array(count),
    sides: new Uint8Array(count),
    ticks: new Int32Array(count),
    lots: new Int32Array(count),
    ids: Array.from({ length: count }, (_, index) => `order-${index}`),
    targets: new Int32Array(count),
  };
  for (let index = 0; index < count; index += 1) {
    const draw = random(10);
    made.kinds[index] = draw < 5 ? 0 : draw < 6 ? 1 : 2;
    made.sides[index] = random(2);
    made.ticks[index] = 100_000 + (made.sides[index] === 0 ? -random(500) + 20 : random(500) - 20);
    made.lots[index] = 1 + random(100);
    made.targets[index] = random(index + 1);
  }
  return made;
}

/** @returns what was filled, so that two runs can be told to have done the same. */
function match({ kinds, sides, ticks, lots, ids, targets }: Commands): number {
  const book = new MatchingBook();
  const slots = new Map<string, number>();
  const names: string[] = [];
  let filled = 0;
  const onFill = (slot: number, _: number, size: number): void => {
    filled += size;
    if (book.lotsOf(slot) === size) slots.delete(names[slot] as string);
  };
  for (let index = 0; index < kinds.length; index += 1) {
    const kind = kinds[index];
    if (kind === 2) {
      const target = ids[targets[index] as number] as string;
      const slot = slots.get(target);
      if (slot === undefined) continue;
      slots.delete(target);
      book.remove(slot);
      continue;
    }
    const side = sides[index] === 0 ? 'BUY' : 'SELL';
    const wanted = lots[index] as number;
    const limit = ticks[index] as number;
    const planned = book.plan(side, kind === 1 ? ANY_PRICE : limit, wanted, 0);
    if (planned > 0) book.execute(onFill);
    if (kind === 1 || planned === wanted) continue;
    const slot = book.rest(side, limit, wanted - planned, 0);
    slots.set(ids[index] as string, slot);
    names[slot] = ids[index] as string;
  }
  return filled;
}

function matching(report: Report): void {
  const made = commands(COMMANDS);
  const filled = match(made);
  const seconds: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const started = performance.now();
    if (match(made) !== filled) throw new Error('two runs of the same commands filled differently');
    seconds.push((performance.now() - started) / 1_000);
  }
  const median = seconds.sort((a, b) => a - b)[ROUNDS >> 1] as number;
  report(
    'matching, in memory',
    Math.round(COMMANDS / median),
    'commands/s',
    '50 % limit, 10 % market, 40 % cancel',
  );
}

function resting(clientOrderId: string): VenuePlacement {
  const terms = {
    symbol: 'BTC/USDT',
    side: 'BUY',
    type: 'LIMIT',
    timeInForce: 'GTC',
    postOnly: false,
  } as const;
  return { ...terms, clientOrderId, priceTicks: 5_000_000, lots: 20, quoteUnits: null };
}

async function journaled(
  venue: SimulatedVenue,
  accounts: number,
  name: string,
  report: Report,
): Promise<void> {
  const sessions = await Promise.all(
    Array.from({ length: accounts }, async (_, index) => {
      const accountId = `acc_${`${accounts}${index}`.padStart(32, '0')}` as AccountId;
      await venue.deposit(accountId, 'USDT', 10n ** 28n, 'bench');
      return venue.open(accountId);
    }),
  );
  const clients = 64;
  const started = performance.now();
  await Promise.all(
    Array.from({ length: clients }, async (_, client) => {
      for (let count = 0; count < ORDERS / clients; count += 1) {
        const answer = await sessions[client % accounts]?.place(resting(`${client}-${count}`));
        if (answer?.kind !== 'ACCEPTED') throw new Error(JSON.stringify(answer));
      }
    }),
  );
  report(
    name,
    Math.round(ORDERS / ((performance.now() - started) / 1_000)),
    'orders/s',
    `${clients} callers`,
  );
  await Promise.all(sessions.map((session) => venue.close(session)));
}

/** The simulated exchange: matching alone, and resting orders that are durable before they are acknowledged. */
export async function run(report: Report): Promise<void> {
  matching(report);
  const dataDir = mkdtempSync(join(tmpdir(), 'sextant-venue-bench-'));
  const postgres = new EmbeddedPostgres({ dataDir });
  await postgres.start();
  const database = new Database({ url: postgres.url, model: combineModels(platformModel, venueModel) });
  try {
    await database.start();
    const venue = new SimulatedVenue(new PostgresVenueJournal(database), new SystemClock(), paperInstruments);
    venue.connectMarket('BTC/USDT', {
      isOpen: () => true,
      bestTicks: (side) => (side === 'BUY' ? 5_999_999 : 6_000_001),
      lotsAt: () => 0,
      nextTicks: () => 0,
    });
    await journaled(venue, 1, 'place, journaled, one account', report);
    await journaled(venue, 64, 'place, journaled, 64 accounts', report);
  } finally {
    await database.stop();
    await postgres.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

if (import.meta.main) {
  await run((name, value, unit, note) =>
    console.log(`${name}: ${value.toLocaleString('en')} ${unit}${note ? ` (${note})` : ''}`),
  );
}
