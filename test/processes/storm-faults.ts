import pg from 'pg';
import type { CutMode } from './cutting-proxy.js';
import { pause } from './storm.js';
import type { Storm } from './storm.js';
import type { StormProcess } from './storm-process.js';

export type Fault = (storm: Storm, live: StormProcess[]) => Promise<void>;

/** Dies without a word; another one takes its place. */
export const killed: Fault = async (storm, live) => {
  const victim = storm.pick(live);
  live.splice(live.indexOf(victim), 1);
  await victim.kill();
  live.push(await storm.add());
};

/** Stands still for longer than its lease, and then goes on as if nothing had happened. */
export const paused: Fault = async (storm, live) => {
  const victim = storm.pick(live);
  victim.pause();
  await pause(1_100 + 900 * storm.random());
  victim.continue();
};

/** Some commits lose their connection: before they arrive, while they run, or when they are done. */
export const cut: Fault = async (storm) => {
  for (let n = 0; n < 6; n += 1) {
    storm.proxy.arm(storm.pick<CutMode>(['BEFORE', 'AFTER', 'DURING']));
    await pause(60 * storm.random());
  }
};

/** Every connection of every process goes away. */
export const allCut: Fault = async (storm) => {
  storm.proxy.cutAll();
  await pause(100);
};

/** Somebody else's transaction holds the rows of some accounts, and a snapshot, for a while. */
export const foreignTransaction: Fault = async (storm) => {
  const client = new pg.Client(storm.database.url);
  await client.connect();
  const ids = [storm.pick(storm.accounts), storm.pick(storm.accounts)];
  await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
  await client.query('SELECT pg_current_xact_id(), count(*) FROM event_log');
  await client
    .query('SELECT FROM account_stream WHERE account_id = ANY($1) ORDER BY account_id FOR UPDATE', [ids])
    .catch(() => undefined);
  await pause(300 + 1_200 * storm.random());
  await client.query('ROLLBACK');
  await client.end();
};

/** Lets the faults happen one after the other, in an order that the seed decides, until the time is over. */
export async function rage(
  storm: Storm,
  faults: readonly Fault[],
  live: StormProcess[],
  ms: number,
): Promise<string[]> {
  const happened: string[] = [];
  const deadline = performance.now() + ms;
  while (performance.now() < deadline) {
    const fault = storm.pick(faults);
    happened.push(fault.name);
    await fault(storm, live);
    await pause(100 + 300 * storm.random());
  }
  return happened;
}
