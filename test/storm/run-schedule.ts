import { setTimeout as delay } from 'node:timers/promises';
import { findingsAtRest, settled } from './check.js';
import { Client } from './clients.js';
import { strike } from './disasters.js';
import type { Ground } from './ground.js';
import { keepEvidence } from './keep-evidence.js';
import { KeepUp } from './keep-up.js';
import type { Schedule } from './plan.js';
import { Draws } from './random.js';
import { patient, SCHEDULE_MS } from './settings.js';
import { StormWorld } from './world.js';

export interface Result {
  seed: number;
  findings: string[];
  /** How often each kind of fault struck. */
  struck: Map<string, number>;
  counts: Record<string, number>;
  tookMs: number;
  /** What took how many seconds. */
  phases: string[];
  /** Where the files of a failure are. */
  folder: string | null;
}

/** One schedule: build up, storm, calm, check, start once more, check again. */
export async function runSchedule(schedule: Schedule, ground: Ground, keep = false): Promise<Result> {
  const startedAt = Date.now();
  const world = await StormWorld.open(schedule, ground);
  const struck = new Map<string, number>();
  const count = (name: string, times = 1): void => void struck.set(name, (struck.get(name) ?? 0) + times);
  const keepUp = new KeepUp(world);
  let findings: string[];
  const phases: string[] = [];
  const phase = async <T>(name: string, work: Promise<T>): Promise<T> => {
    const begunAt = Date.now();
    const done = await work;
    phases.push(`${name} ${((Date.now() - begunAt) / 1_000).toFixed(1)}`);
    return done;
  };
  const course = async (): Promise<string[]> => {
    await phase('up', keepUp.begin());
    await phase('open', openAccounts(world));
    await phase('storm', storm(world, keepUp, count));
    await phase('calm', calm(world, keepUp, count));
    const found = await phase('check', findingsAtRest(world));
    return found.length > 0 ? found : phase('again', onceMore(world));
  };
  try {
    findings = await withinReason(course());
  } catch (error) {
    findings = [`the schedule broke: ${(error as Error).stack ?? String(error)}`];
  }
  await keepUp.end();
  for (const what of keepUp.struck) count(what);
  const counts = { requests: world.history.sent.length, ...world.history.counts };
  const failed = findings.length > 0;
  for (const finding of findings) world.history.note('finding', { finding });
  const folder = failed || keep ? await keepEvidence(world) : null;
  await world.close();
  return { seed: schedule.seed, findings, struck, counts, tookMs: Date.now() - startedAt, phases, folder };
}

/** What hangs is a finding, not a command that never ends. */
async function withinReason(course: Promise<string[]>): Promise<string[]> {
  const startedAt = Date.now();
  let isOver = false;
  course.then(
    () => (isOver = true),
    () => (isOver = true),
  );
  const hung = async (): Promise<string[]> => {
    while (!isOver && Date.now() < startedAt + patient(SCHEDULE_MS)) await delay(1_000, null, { ref: false });
    return isOver ? course : [`the schedule hung: ${(Date.now() - startedAt) / 1_000} s`];
  };
  return Promise.race([course, hung()]);
}

async function openAccounts(world: StormWorld): Promise<void> {
  for (const { accountId: venueAccount, apiKey, secret } of world.keys) {
    const { body } = await world.insist('POST', '/api/exchange-connections', {
      body: {
        venue: 'BINANCE',
        label: venueAccount,
        endpoint: endpointOf(world),
        credential: { apiKey, secret },
      },
      headers: { 'Idempotency-Key': `connect-${venueAccount}` },
    });
    const { accountId, connectionId } = body;
    world.accounts.push({ accountId, connectionId, kind: 'LIVE', venueAccount });
  }
  if (world.schedule.paperAccount) {
    const balances = [
      { asset: 'USDT', amount: '1000000' },
      { asset: 'BTC', amount: '20' },
    ];
    const { body } = await world.insist('POST', '/api/accounts', {
      body: { name: 'Paper', balances },
      headers: { 'Idempotency-Key': 'paper' },
    });
    world.accounts.push({ accountId: body.accountId, connectionId: null, kind: 'PAPER', venueAccount: null });
  }
  // Limits of everyday life would refuse most of it.
  for (const { accountId } of world.accounts) {
    await world.insist('POST', '/api/portfolio/sync', { body: { accountId } });
  }
}

function endpointOf(world: StormWorld): string {
  return new URL(world.toVenue.url).origin;
}

async function storm(world: StormWorld, keepUp: KeepUp, count: (name: string) => void): Promise<void> {
  const { schedule, venue } = world;
  const draws = new Draws(schedule.seed ^ 0x5eed);
  await venue.admin('PATCH', '/quirks', schedule.quirks);
  for (const { rule } of schedule.faults) await venue.admin('POST', '/faults', rule);
  keepUp.storm();
  const untilMs = Date.now() + schedule.workMs;
  const hooks = {
    sending: () => keepUp.pass('K1'),
    promised: () => keepUp.pass('K4'),
  };
  const clients = Array.from({ length: schedule.clients }, (_, n) =>
    new Client(world, draws.fork(), `c${n}`, hooks).run(untilMs),
  );
  const disasters = schedule.disasters.map(async (disaster) => {
    await delay(disaster.afterMs);
    count(await strike(world, disaster));
  });
  await Promise.all([...clients, ...disasters]);
}

/** Faults end, what is down comes up, and nothing new is asked for. */
async function calm(
  world: StormWorld,
  keepUp: KeepUp,
  count: (name: string, times: number) => void,
): Promise<void> {
  const { venue, schedule } = world;
  world.history.note('calm');
  const rules = await venue.admin<{ id: string; hits: number }[]>('GET', '/faults');
  for (const [index, { name }] of schedule.faults.entries()) {
    const hits = rules[index]?.hits ?? 0;
    if (hits > 0) count(`venue: ${name}`, hits);
  }
  if (world.toDatabase.cuts > 0) count('commits cut', world.toDatabase.cuts);
  await venue.admin('DELETE', '/faults');
  world.toDatabase.release();
  world.toVenue.release();
  world.toDatabase.lagMs = 0;
  world.toVenue.lagMs = 0;
  await keepUp.calm();
  world.history.note('everything is up');
  for (const { accountId } of world.accounts) {
    await world.call('DELETE', '/api/risk/kill-switch', { body: { scope: { accountId }, reason: 'calm' } });
  }
}

/** Recovery of what is right leaves it as it is. */
async function onceMore(world: StormWorld): Promise<string[]> {
  await Promise.all(world.apps.map((app) => app?.stop('SIGKILL')));
  await world.start(0);
  const findings = await settled(world);
  return findings.map((finding) => `after one more start: ${finding}`);
}
