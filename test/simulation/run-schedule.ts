import { createHash } from 'node:crypto';
import { countMarks } from './count-marks.js';
import { checkWorld } from './check-world.js';
import { amendmentOf, groupOf, requestOf } from './requests.js';
import type { BatchCommand } from './draw-orders.js';
import type { Command, PlaceCommand, Schedule } from './schedule.js';
import { groupIdOf } from './rows.js';
import { isOpen } from './venue-books.js';
import { World } from './world.js';

export interface Run {
  /** What does not hold; empty when all is well. */
  violations: string[];
  history: string[];
  /** The same for two runs of one schedule, and for nothing else. */
  fingerprint: string;
  hits: ReadonlyMap<string, number>;
  /** How the orders stand in the end that clients asked for, in the order of their requests. */
  orders: string[];
}

/** Longer than any window, lag, pause and grace together. */
const SETTLE_MS = 26_000;
const ANSWERS_MS = 6_000;
/** By then a trade is listed, asked for and booked. */
const LISTED_MS = 8_000;
const MOST_ROUNDS = 20;

/** Runs a schedule, lets everything settle, and looks at what is left from outside. */
export async function runSchedule(schedule: Schedule): Promise<Run> {
  const world = new World(schedule);
  world.begin();
  await world.scheduler.run(200);
  world.chaos.start();
  for (const command of schedule.commands) {
    world.chaos.begin(command.salt);
    await world.scheduler.run(command.afterMs);
    if (command.faults !== undefined) world.chaos.change(command.faults);
    world.note(`— ${command.kind}`);
    await perform(command, world);
  }
  await settle(world);
  countMarks(world);
  const violations = checkWorld(world);
  if (schedule.restarts && violations.length === 0) {
    for (const process of world.processes) if (process.isAlive) process.kill();
    await settle(world);
    violations.push(...checkWorld(world).map((violation) => `after a restart: ${violation}`));
  }
  const fingerprint = createHash('sha1').update(world.history.join('\n')).digest('hex');
  return { violations, history: world.history, fingerprint, hits: world.chaos.hits, orders: endsOf(world) };
}

function endsOf({ clients, database }: World): string[] {
  const rows = database.rows('orders');
  return clients.calls
    .filter(({ key }) => key !== 'probe')
    .map(({ bodyHash }) => String(rows.find((row) => row['body_hash'] === bodyHash)?.['status'] ?? 'NONE'));
}

async function settle(world: World): Promise<void> {
  await world.calm();
  await world.scheduler.run(SETTLE_MS);
  for (const call of world.clients.calls) {
    if (call.key !== null && !call.misuse) world.clients.repeat(call, false, world.reach());
  }
  for (const batch of world.clients.batches) {
    if (batch.key !== null) world.clients.sendBatch(batch, world.reach());
  }
  await world.scheduler.run(ANSWERS_MS);
  world.clients.place(requestOf(PROBE, world, 'probe'), 'probe', world.reach(), 1_000);
  await world.scheduler.run(ANSWERS_MS);
  for (let round = 0; round < MOST_ROUNDS && hasJustTraded(world); round += 1) {
    await world.scheduler.run(ANSWERS_MS);
  }
}

/** A stop that goes out again and again may trade at any moment; a venue that tells nothing by itself is asked now and then. */
function hasJustTraded({ venue, scheduler }: World): boolean {
  const at = venue.books.trades.at(-1)?.at ?? 0;
  return scheduler.trueWallMs - at < LISTED_MS;
}

/** An order that nothing stands in the way of. */
const PROBE: PlaceCommand = {
  kind: 'place',
  symbol: 'ETH/USDT',
  side: 'BUY',
  type: 'LIMIT',
  timeInForce: 'GTC',
  postOnly: false,
  lots: 50,
  byQuote: false,
  awayTicks: 1_000,
  stopTicks: 0,
  keyed: true,
  named: false,
  waitMs: 1_000,
};

async function perform(command: Command, world: World): Promise<void> {
  const { clients, scheduler, venue, database, chaos } = world;
  switch (command.kind) {
    case 'place': {
      const name = `c${clients.calls.length}`;
      const key = command.keyed ? `key-${name}` : null;
      const request = requestOf(command, world, name);
      const group = groupOf(command, request, world);
      return clients.place(request, key, world.reach(), command.waitMs, group);
    }
    case 'retry': {
      const call = newest(
        clients.calls.filter(({ key, misuse }) => key !== null && !misuse),
        command.of,
      );
      if (call !== undefined) clients.repeat(call, command.changed, world.reach());
      return;
    }
    case 'cancel': {
      const row = newest(database.rows('orders'), command.of);
      if (row !== undefined) clients.cancel(row['order_id'] as string, world.reach());
      return;
    }
    case 'amend': {
      const live = database.rows('orders').filter((row) => row['closed_at'] === null);
      const resting = live.filter(({ status }) => status === 'NEW' || status === 'PARTIALLY_FILLED');
      const row = newest(resting.length > 0 ? resting : live, command.of);
      if (row !== undefined) clients.amend(row, amendmentOf(command, row), world.reach(), command.waitMs);
      return;
    }
    case 'cancelGroup': {
      const row = newest(database.rows('orders').filter(groupIdOf), command.of);
      if (row !== undefined) clients.cancelGroup(groupIdOf(row) ?? '', world.reach());
      return;
    }
    case 'batch':
      return placeBatch(command, world);
    case 'cancelAll':
      return clients.cancelAll(command.symbol, world.reach());
    case 'sync':
      return clients.sync(world.reach());
    case 'fill': {
      const order = newest(venue.books.orders.filter(isOpen), command.of);
      if (order !== undefined) venue.books.fill(order, Math.ceil((order.lots ?? 0) * command.part));
      return;
    }
    case 'venueEnds': {
      const order = newest(venue.books.orders.filter(isOpen), command.of);
      if (order !== undefined) venue.end(order, command.state);
      return;
    }
    case 'wait':
      return scheduler.run(command.ms);
    default:
      chaos.hit(command.kind);
      return disturb(command, world);
  }
}

function placeBatch({ orders, cancels, keyed }: BatchCommand, world: World): void {
  const { clients, database } = world;
  const rows = database.rows('orders');
  const wanted = orders.map((order, index) => {
    const request = requestOf(order, world, `b${clients.calls.length}-${index}`);
    return { request, group: groupOf(order, request, world) };
  });
  const canceled = cancels.flatMap((of) => newest(rows, of)?.['order_id'] ?? []) as string[];
  clients.batch(wanted, canceled, keyed ? `batch-${clients.calls.length}` : null, world.reach());
}

async function disturb(command: Command, world: World): Promise<void> {
  const { scheduler, venue, database } = world;
  switch (command.kind) {
    case 'kill': {
      for (const process of world.processes) if (process.isAlive) process.kill();
      world.begin();
      return scheduler.run(command.waitMs);
    }
    case 'takeOver': {
      const process = world.reach();
      process.pause();
      world.begin();
      scheduler.at(command.pauseMs, () => world.wake(process));
      return scheduler.run(command.waitMs);
    }
    case 'clockJump':
      scheduler.wallOffsetMs += command.ms;
      return;
    case 'databaseAway':
      database.away = true;
      scheduler.at(command.ms, () => void (database.away = false));
      return;
    case 'venueAway':
      venue.away = true;
      scheduler.at(command.ms, () => void (venue.away = false));
      return;
    case 'move':
      return world.prices.move(command.symbol, command.ticks);
    case 'halt':
      return world.halt(command.cancels, command.ms);
    case 'withdraw':
      venue.books.withdraw(command.asset, 10n ** 17n);
      return;
    case 'handPlace':
      return placeByHand(command, world);
    case 'handCancel': {
      const order = newest(
        venue.books.orders.filter((known) => known.by === 'HAND'),
        command.of,
      );
      if (order !== undefined) venue.books.end(order, 'CANCELED');
      return;
    }
    default:
      return;
  }
}

function placeByHand(command: Command & { kind: 'handPlace' }, { venue, markets, scheduler }: World): void {
  const { symbol, side, lots, named, takes } = command;
  const market = markets.get(symbol);
  if (market === undefined) return;
  const priceTicks = side === 'BUY' ? market.bidTicks - 5_000 : market.askTicks + 5_000;
  const clientId = named ? `web_${venue.books.orders.length + 1}` : '';
  const terms = { symbol, side, type: 'LIMIT', lots, quoteUnits: null, priceTicks };
  const timeInForce = takes ? 'IOC' : 'GTC';
  venue.books.place(
    { by: 'HAND', clientId, timeInForce, expiresAt: null, ...terms },
    scheduler.trueWallMs,
    [0.5],
  );
}

/** The `of`-th from the end, around the corner. */
function newest<T>(list: readonly T[], of: number): T | undefined {
  return list.length === 0 ? undefined : list[list.length - 1 - (of % list.length)];
}
