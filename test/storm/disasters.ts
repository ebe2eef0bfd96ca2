import { setTimeout as delay } from 'node:timers/promises';
import type { Disaster } from './plan.js';
import { patient } from './settings.js';
import type { StormWorld } from './world.js';

/** A stop takes ten seconds at most; the machine may be busy. */
const STOP_MS = 20_000;
/** A hundred BTC. */
const MOST_LOTS = 10_000_000;

/** Lets it happen, and puts right what only lasts for a while. Returns what to call it in the table. */
export async function strike(world: StormWorld, disaster: Disaster): Promise<string> {
  const name = await begin(world, disaster);
  world.history.note('disaster', { ...disaster });
  return name;
}

async function begin(world: StormWorld, disaster: Disaster): Promise<string> {
  const { forMs } = disaster;
  switch (disaster.kind) {
    case 'KILL':
      world.apps[disaster.target]?.signal('SIGKILL');
      return 'SIGKILL at any time';
    case 'STOP':
      return stop(world, disaster.target);
    case 'PAUSE':
      return pause(world, disaster.target, forMs);
    case 'CUT':
      proxyOf(world, disaster.between).cutAll();
      return `connections cut to the ${disaster.between.toLowerCase()}`;
    case 'STALL': {
      const proxy = proxyOf(world, disaster.between);
      proxy.hold();
      await delay(forMs);
      proxy.release();
      return `connections stalled to the ${disaster.between.toLowerCase()}`;
    }
    case 'SLOW': {
      const proxy = proxyOf(world, disaster.between);
      proxy.lagMs = disaster.between === 'VENUE' ? 150 : 15;
      await delay(forMs);
      proxy.lagMs = 0;
      return `connections slow to the ${disaster.between.toLowerCase()}`;
    }
    case 'CUT_COMMIT':
      world.toDatabase.arm(disaster.mode);
      return `connection cut ${disaster.mode} a commit`;
    case 'KILL_DATABASE':
      world.ground.kill();
      return 'SIGKILL of the database server';
    case 'CLOCK':
      return misplaceClock(world, disaster.by, forMs);
    case 'MOVE':
      return moveMarket(world, disaster.by);
    default:
      return atVenue(world, disaster.kind, forMs);
  }
}

/** Drained within ten seconds, or it has not kept its word. */
async function stop(world: StormWorld, target: number): Promise<string> {
  const app = world.apps[target] ?? null;
  if (app === null) return 'SIGTERM under load';
  app.signal('SIGTERM');
  const ended = await Promise.race([app.ended(), delay(patient(STOP_MS), null)]);
  if (ended === null && app.running) {
    world.broken.push(`the process at place ${target} did not end within ${STOP_MS} ms of SIGTERM`);
    app.signal('SIGKILL');
  }
  return 'SIGTERM under load';
}

/** For longer than a lease, sometimes: what wakes up then must send nothing. */
async function pause(world: StormWorld, target: number, forMs: number): Promise<string> {
  const app = world.apps[target] ?? null;
  app?.signal('SIGSTOP');
  await delay(forMs);
  app?.signal('SIGCONT');
  return forMs > 1_000 ? 'SIGSTOP beyond the lease' : 'SIGSTOP within the lease';
}

/** The venue's time jumps, and later jumps back. */
async function misplaceClock({ venue }: StormWorld, offsetMs: number, forMs: number): Promise<string> {
  await venue.admin('PUT', '/clock', { offsetMs });
  await delay(forMs);
  await venue.admin('PUT', '/clock', { offsetMs: 0 });
  return `venue clock ${Math.abs(offsetMs) / 1_000} s ${offsetMs < 0 ? 'behind' : 'ahead'}`;
}

/** Somebody large takes what stands up to there: what waits for a price is touched. */
async function moveMarket(world: StormWorld, by: number): Promise<string> {
  const ticks = Math.round((await world.lastPrice()) * (1 + by) * 100);
  const side = by < 0 ? 'SELL' : 'BUY';
  await world.venue.admin('POST', '/house/trade', { symbol: 'BTCUSDT', side, ticks, lots: MOST_LOTS });
  return 'price moved';
}

async function atVenue(
  world: StormWorld,
  kind: 'MAINTENANCE' | 'BAN' | 'RESTART_STREAMS' | 'ROTATE',
  forMs: number,
): Promise<string> {
  const { venue } = world;
  if (kind === 'MAINTENANCE') {
    await venue.admin('PATCH', '/quirks', { isInMaintenance: true });
    await delay(forMs);
    await venue.admin('PATCH', '/quirks', { isInMaintenance: false });
    return 'venue under maintenance';
  }
  if (kind === 'BAN') {
    await venue.admin('POST', '/bans', { of: '127.0.0.1', ms: forMs });
    return 'address banned by the venue';
  }
  if (kind === 'RESTART_STREAMS') {
    await venue.admin('POST', '/streams/restart', { noticeMs: forMs });
    return 'streams restarted by the venue';
  }
  return rotate(world);
}

/** Another key takes over under the live sessions; the older one is revoked at the venue a moment later. */
async function rotate(world: StormWorld): Promise<string> {
  const { venue, keys, accounts } = world;
  const account = accounts.find(({ kind }) => kind === 'LIVE')!;
  const before = keys.find(({ accountId }) => accountId === account.venueAccount)!;
  const apiKey = before.apiKey.replace(/k+$/, 'r').padEnd(40, 'q');
  const credential = { apiKey, secret: before.secret.replace(/s+$/, 't').padEnd(40, 'q') };
  await venue.admin('POST', `/accounts/${before.accountId}/keys`, credential);
  const route = `/api/exchange-connections/${account.connectionId}/rotate-credentials`;
  const answer = await world.call('POST', route, { body: { credential } });
  world.history.request('rotate', {}, answer);
  return 'key rotated under live sessions';
}

function proxyOf(world: StormWorld, between: 'DATABASE' | 'VENUE') {
  return between === 'DATABASE' ? world.toDatabase : world.toVenue;
}
