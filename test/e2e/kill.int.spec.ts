import { setTimeout as delay } from 'node:timers/promises';
import { seeded } from '../processes/seeded.js';
import type { SextantProcess } from '../support/sextant-process.js';
import { checkBooks, lastingFindings } from './check-books.js';
import { Load } from './load.js';
import type { Focus, Sent } from './load.js';
import { expectAllThereOnce, expectPromisesKept } from './promises.js';
import { World } from './world.js';

/** `SEED=… npm test` repeats the choices; what the operating system does between them it cannot repeat. */
const seed = Number(process.env['SEED'] ?? Date.now() % 2 ** 31);
const random = seeded(seed);
const STORM_MS = Number(process.env['STORM_SECONDS'] ?? 0) * 1_000;

interface Kill {
  step: string;
  /** What the clients do at that time. */
  focus: Focus;
  /** The step is passed up to so many times before, so that other orders are at other places of the path. */
  most: number;
  /** What the books show between death and recovery; where anything may be, nothing is said. */
  leaves?: RegExp;
}

const KILLS: Kill[] = [
  { step: 'K2', focus: 'MIXED', most: 20 },
  { step: 'K3', focus: 'REST', most: 10, leaves: /stuck in PENDING_SUBMIT/ },
  { step: 'K6', focus: 'MARKET', most: 20, leaves: /is PENDING_SUBMIT and unknown to the venue/ },
  { step: 'K8', focus: 'MARKET', most: 20, leaves: /stuck in PENDING_SUBMIT/ },
  { step: 'K8', focus: 'REST', most: 20, leaves: /stuck in PENDING_SUBMIT/ },
  { step: 'K9', focus: 'MIXED', most: 20 },
  { step: 'K10', focus: 'MAKER', most: 3, leaves: /lacks fill/ },
  { step: 'K11', focus: 'CANCEL', most: 20 },
  { step: 'K12', focus: 'MARKET', most: 20 },
  { step: 'K12', focus: 'MAKER', most: 20 },
];
/** The other order kinds at the same steps: with STORM_SECONDS. */
const MORE_KILLS: Kill[] = [
  { step: 'K2', focus: 'MARKET', most: 10 },
  { step: 'K3', focus: 'MARKET', most: 10, leaves: /stuck in PENDING_SUBMIT/ },
  { step: 'K6', focus: 'REST', most: 20, leaves: /is PENDING_SUBMIT and unknown to the venue/ },
  { step: 'K9', focus: 'MARKET', most: 20 },
  { step: 'K10', focus: 'MARKET', most: 10, leaves: /lacks fill/ },
  { step: 'K11', focus: 'MAKER', most: 20 },
  { step: 'K11', focus: 'MARKET', most: 20 },
  { step: 'K12', focus: 'CANCEL', most: 20 },
];

let world: World | undefined;
let load: Load;
/** The last test went through: the next one goes on with its database, as an installation that is killed again. */
let intact = false;

beforeAll(() => process.stdout.write(`kill.int.spec: SEED=${seed}\n`));
beforeEach(async () => {
  if (intact) return;
  await world?.close();
  world = await World.open();
  const api = await world!.api();
  load = new Load(world!, await world!.openAccounts(api, 4), random);
  await world!.marketOpen(api);
  expectExit(await api.stop(), 0);
}, 90_000);
beforeEach(() => {
  intact = false;
});
afterAll(() => world?.close());

function expectExit(code: number | string, expected: number | string): void {
  if (code !== expected) throw new Error(`ended with ${code}, not with ${expected}`);
}

/** Starts again after a death, checks everything, and stops in good order. */
async function recover(recent: readonly Sent[]): Promise<void> {
  const api = await world!.api();
  await world!.marketOpen(api);
  await expectPromisesKept(world!, api, recent, load.sent);
  expect(await api.stop()).toBe(0);
}

/** Starts for the second time after a death: nothing may have changed. */
async function startAgain(variables: Record<string, string> = {}): Promise<SextantProcess> {
  const api = await world!.api(variables);
  await world!.marketOpen(api);
  expect(await lastingFindings(world!.url)).toEqual([]);
  await expectAllThereOnce(world!, load.sent);
  return api;
}

it.each(STORM_MS > 0 ? [...KILLS, ...MORE_KILLS] : KILLS)(
  'killed at $step, while its clients do $focus, it keeps every promise',
  async ({ step, focus, most, leaves }) => {
    const api = await startAgain({ CHAOS_KILL: `${step}:${1 + Math.floor(random() * most)}` });
    const recent = await load.run(api, focus, 60_000);
    expect(await api.ended()).toBe('SIGKILL');
    if (leaves !== undefined) {
      expect(await checkBooks(world!.url)).toContainEqual(expect.stringMatching(leaves));
    }
    await recover(recent);
    intact = true;
  },
  120_000,
);

it('killed while it recovers, it recovers again', async () => {
  const api = await startAgain();
  const running = load.run(api, 'MIXED', 60_000);
  await delay(300);
  await api.stop('SIGKILL');
  const recent = await running;
  await expect(dying(`K13:${1 + Math.floor(random() * 4)}`)).resolves.toBe('SIGKILL');
  await recover(recent);
  intact = true;
}, 160_000);

/** Starts with a step in the recovery to die at, before or after it says that it is ready. */
async function dying(kill: string): Promise<number | string> {
  try {
    return await (await world!.api({ CHAOS_KILL: kill })).ended();
  } catch (error) {
    return /exited with (\w+)/.exec((error as Error).message)?.[1] ?? String(error);
  }
}

it(
  'killed at any time, it keeps every promise',
  async () => {
    let api = await startAgain();
    let kills = 0;
    for (const deadline = Date.now() + STORM_MS; kills < 3 || Date.now() < deadline; kills += 1) {
      const running = load.run(api, 'MIXED', 60_000);
      await delay(random() * 700);
      await api.stop('SIGKILL');
      const recent = await running;
      api = await world!.api();
      await world!.marketOpen(api);
      await expectPromisesKept(world!, api, recent, load.sent);
    }
    expect(await api.stop()).toBe(0);
    await startAgain();
    const [filled] = await world!.sql(`SELECT count(*)::int FROM orders WHERE status = 'FILLED'`);
    expect(filled.count).toBeGreaterThan(0);
  },
  120_000 + STORM_MS * 2,
);
