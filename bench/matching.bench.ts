import { createRequire } from 'node:module';
import type { Side } from '@sextant/kernel';
import { ANY_PRICE, MatchingBook } from '@sextant/venue';
import { median } from './support/load.js';

type Report = (name: string, value: number, unit: string, note?: string) => void;

/** Limit orders that rest before the clock starts, as a market's do: the commands meet a book of some depth. */
const STANDING = 10_000;
const COMMANDS = Number(process.env['BENCH_COMMANDS'] ?? 200_000);
const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 9);
const OURS_PER_ROUND = 8;
const MID = 100_000;
/** Prices lie this many ticks around the middle, a few across it. */
const SPREAD = 5_000;
const ACROSS = 20;

const LIMIT = 0;
const MARKET = 1;
const CANCEL = 2;

/** What both books do, from a fixed seed: the standing orders, then 50 % limit orders, 10 % market orders, 40 % cancels. */
interface Commands {
  kinds: Uint8Array;
  sides: Side[];
  ticks: Int32Array;
  lots: Int32Array;
  /** The id of the order that is placed or cancelled. */
  ids: string[];
}

function commands(count: number): Commands {
  let state = 12_345;
  const random = (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const made: Commands = {
    kinds: new Uint8Array(count),
    sides: [],
    ticks: new Int32Array(count),
    lots: new Int32Array(count),
    ids: Array.from({ length: count }, (_, n) => `order-${n}`),
  };
  for (let n = 0; n < count; n += 1) {
    const draw = random(10);
    const side = random(2) === 0 ? 'BUY' : 'SELL';
    const away = random(SPREAD) - ACROSS;
    made.kinds[n] = n < STANDING || draw < 5 ? LIMIT : draw < 6 ? MARKET : CANCEL;
    made.sides.push(side);
    made.ticks[n] = side === 'BUY' ? MID - away : MID + away;
    made.lots[n] = 1 + random(100);
  }
  aimCancels(made, random);
  return made;
}

/** A cancel names an order that is resting when it arrives, any with the same chance. */
function aimCancels({ kinds, sides, ticks, lots, ids }: Commands, random: (below: number) => number): void {
  const book = new MatchingBook();
  const live: number[] = [];
  const places = new Map<number, number>();
  const commandOf: number[] = [];
  const slotOf: number[] = [];
  const leave = (n: number): void => {
    const place = places.get(n) as number;
    const last = live.pop() as number;
    places.delete(n);
    if (last === n) return;
    live[place] = last;
    places.set(last, place);
  };
  for (let n = 0; n < kinds.length; n += 1) {
    if (kinds[n] === CANCEL) {
      if (live.length === 0) continue;
      const target = live[random(live.length)] as number;
      ids[n] = ids[target] as string;
      leave(target);
      book.remove(slotOf[target] as number);
      continue;
    }
    const wanted = lots[n] as number;
    const limit = kinds[n] === MARKET ? ANY_PRICE : (ticks[n] as number);
    const planned = book.plan(sides[n] as Side, limit, wanted, 0);
    book.execute((slot, _, size) => {
      if (book.lotsOf(slot) === size) leave(commandOf[slot] as number);
    });
    if (limit === ANY_PRICE || planned === wanted) continue;
    const slot = book.rest(sides[n] as Side, limit, wanted - planned, 0);
    commandOf[slot] = n;
    slotOf[n] = slot;
    places.set(n, live.push(n) - 1);
  }
}

/** One market under test: `run` does the commands from one number to before another and returns the lots filled. */
interface Market {
  run(made: Commands, from: number, to: number): number;
  left(): string[];
}

/** The book of libs/venue, its orders known by text ids. */
function ourMarket(tape: string[] | null): Market {
  const book = new MatchingBook();
  const slots = new Map<string, number>();
  const names: string[] = [];
  let filled = 0;
  const onFill = (slot: number, price: number, size: number): void => {
    filled += size;
    const maker = names[slot] as string;
    if (book.lotsOf(slot) === size) slots.delete(maker);
    tape?.push(`${maker} ${price} ${size}`);
  };
  return {
    left: () => left(book, names),
    run({ kinds, sides, ticks, lots, ids }, from, to) {
      filled = 0;
      for (let n = from; n < to; n += 1) {
        const kind = kinds[n];
        const id = ids[n] as string;
        if (kind === CANCEL) {
          const slot = slots.get(id);
          if (slot === undefined) continue;
          slots.delete(id);
          book.remove(slot);
          continue;
        }
        const side = sides[n] as Side;
        const wanted = lots[n] as number;
        const limit = ticks[n] as number;
        const planned = book.plan(side, kind === MARKET ? ANY_PRICE : limit, wanted, 0);
        if (planned > 0) book.execute(onFill);
        if (kind === MARKET || planned === wanted) continue;
        const slot = book.rest(side, limit, wanted - planned, 0);
        slots.set(id, slot);
        names[slot] = id;
      }
      return filled;
    },
  };
}

function left(book: MatchingBook, names: readonly string[]): string[] {
  const orders: string[] = [];
  for (const side of ['BUY', 'SELL'] as const) {
    for (let ticks = book.bestTicks(side); ticks !== 0; ticks = book.nextTicks(side, ticks))
      for (let slot = book.front(side, ticks); slot !== 0; slot = book.behind(slot))
        orders.push(`${side} ${ticks} ${names[slot]} ${book.lotsOf(slot)}`);
  }
  return orders;
}

interface PeerOrder {
  id: string;
  price: number;
  size: number;
}

interface PeerAnswer {
  done: PeerOrder[];
  partial: PeerOrder | null;
  partialQuantityProcessed: number;
  quantityLeft: number;
  err: Error | null;
}

/** What the bench uses of nodejs-order-book; its package names a declaration file that it does not contain. */
interface PeerBook {
  limit(order: { id: string; side: 'buy' | 'sell'; size: number; price: number }): PeerAnswer;
  market(order: { side: 'buy' | 'sell'; size: number }): PeerAnswer;
  cancel(id: string): unknown;
  bids: PeerSide;
  asks: PeerSide;
}

interface PeerSide {
  priceTree(): { forEach(visit: (price: number, queue: { toArray(): PeerOrder[] }) => void): void };
}

const { OrderBook } = createRequire(import.meta.url)('nodejs-order-book') as {
  OrderBook: new () => PeerBook;
};

function peerMarket(tape: string[] | null): Market {
  const book = new OrderBook();
  return {
    left: () => [...peerLeft(book.bids, 'BUY'), ...peerLeft(book.asks, 'SELL')],
    run({ kinds, sides, ticks, lots, ids }, from, to) {
      let filled = 0;
      for (let n = from; n < to; n += 1) {
        const kind = kinds[n];
        const id = ids[n] as string;
        if (kind === CANCEL) {
          book.cancel(id);
          continue;
        }
        const side = sides[n] === 'BUY' ? 'buy' : 'sell';
        const size = lots[n] as number;
        const answer =
          kind === MARKET
            ? book.market({ side, size })
            : book.limit({ id, side, size, price: ticks[n] as number });
        filled += size - answer.quantityLeft;
        tape?.push(...peerFills(answer, id));
      }
      return filled;
    },
  };
}

function peerFills({ done, partial, partialQuantityProcessed }: PeerAnswer, taker: string): string[] {
  const fills = done.filter(({ id }) => id !== taker).map(({ id, price, size }) => `${id} ${price} ${size}`);
  if (partial !== null && partial.id !== taker)
    fills.push(`${partial.id} ${partial.price} ${partialQuantityProcessed}`);
  return fills;
}

function peerLeft(side: PeerSide, name: Side): string[] {
  const orders: string[] = [];
  side.priceTree().forEach((price, queue) => {
    for (const order of queue.toArray()) orders.push(`${name} ${price} ${order.id} ${order.size}`);
  });
  return orders;
}

/** Every fill in order, and every order that is left in its queue, are the same. */
function assertSame(made: Commands): void {
  const tapes: string[][] = [[], []];
  const markets = [ourMarket(tapes[0]!), peerMarket(tapes[1]!)];
  const filled = markets.map((market) => market.run(made, 0, made.kinds.length));
  if (filled[0] !== filled[1]) throw new Error(`filled ${filled.join(' and ')} lots`);
  if (tapes[0]!.length < COMMANDS / 20) throw new Error(`${tapes[0]!.length} fills are no test`);
  assertEqual('fills', tapes[0]!, tapes[1]!);
  assertEqual('orders left', markets[0]!.left(), markets[1]!.left());
}

function assertEqual(what: string, mine: readonly string[], theirs: readonly string[]): void {
  const at = mine.findIndex((line, n) => line !== theirs[n]);
  if (at >= 0 || mine.length !== theirs.length)
    throw new Error(`${what} differ at ${at}: ${mine[at]} and ${theirs[at]}`);
}

/** Commands per second of CPU time, the standing orders not counted. */
function speed(open: (tape: null) => Market, made: Commands, times: number): number {
  let micros = 0;
  for (let time = 0; time < times; time += 1) {
    const market = open(null);
    market.run(made, 0, STANDING);
    const before = process.cpuUsage();
    market.run(made, STANDING, made.kinds.length);
    const { user, system } = process.cpuUsage(before);
    micros += user + system;
  }
  return (times * COMMANDS) / (micros / 1e6);
}

/** Matching in memory with orders known by text ids, against nodejs-order-book in turn: same commands, fills and books. */
export async function run(report: Report): Promise<void> {
  const made = commands(STANDING + COMMANDS);
  assertSame(made);
  const mine: number[] = [];
  const theirs: number[] = [];
  for (let round = -1; round < ROUNDS; round += 1) {
    const speeds = [speed(ourMarket, made, OURS_PER_ROUND), speed(peerMarket, made, 1)] as const;
    if (round < 0) continue;
    mine.push(speeds[0]);
    theirs.push(speeds[1]);
  }
  const note = '50 % limit, 10 % market, 40 % cancel';
  report('matching', Math.round(median(mine)), 'commands per CPU second', note);
  report(
    'nodejs-order-book',
    Math.round(median(theirs)),
    'commands per CPU second',
    'same fills, same books',
  );
  report('× nodejs-order-book', median(mine) / median(theirs), 'times as fast', 'goal at least 25');
}

if (import.meta.main) {
  await run((name, value, unit, note) =>
    console.log(`${name}: ${value.toLocaleString('en')} ${unit}${note ? ` (${note})` : ''}`),
  );
}
