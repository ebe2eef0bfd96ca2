import { GlobalCursor } from './global-cursor.js';
import { aftermath, faultsOfConsumer, faultsOfLog } from './storm-check.js';
import { allCut, cut, foreignTransaction, killed, paused, rage } from './storm-faults.js';
import { backUp, restore } from './storm-backup.js';
import { deadlocks, pause, Storm } from './storm.js';

/** How long each storm blows. */
const SECONDS = Number(process.env['STORM_SECONDS'] ?? 6);
const LIMIT_MS = SECONDS * 1_000 + 60_000;

describe('several processes write to the same accounts', () => {
  let storm: Storm;
  afterEach(() => storm.close());

  /** Ends the clients, lets a fresh process consume the rest, and reads what there is. */
  async function calm(live = storm.processes) {
    await Promise.all(live.map((process) => process.stop()));
    await storm.add({ writers: 0, noters: 0 });
    await storm.consumed();
    return aftermath(storm.client);
  }

  it(
    'keeps every stream whole, and a consumer with one global cursor is caught losing events',
    async () => {
      storm = await Storm.prepare(48);
      const cursors = (['BARE', 'HORIZON'] as const).map(
        (kind) => new GlobalCursor(storm.database.url, kind),
      );
      await Promise.all([storm.add(), storm.add(), storm.add()]);
      for (const cursor of cursors) cursor.start();
      await pause(SECONDS * 1_000);
      const state = await calm();
      await Promise.all(cursors.map((cursor) => cursor.stop()));
      const after = await aftermath(storm.client);
      expect(faultsOfLog(state, storm.acknowledged(), storm.refused())).toEqual([]);
      expect(faultsOfConsumer(state, 'tally')).toEqual([]);
      expect(faultsOfConsumer(after, 'BARE')).toContainEqual(expect.stringContaining('lost'));
      expect(faultsOfConsumer(after, 'HORIZON')).toContainEqual(expect.stringContaining('lost'));
      expect(await deadlocks(storm)).toBe(0);
    },
    LIMIT_MS,
  );

  it.each([
    ['few', 3, 2],
    ['many', 60, 3],
  ])(
    'survives kills, pauses, lost commits and foreign transactions on %s accounts',
    async (_, accounts, processes) => {
      storm = await Storm.prepare(accounts);
      const live = await Promise.all(Array.from({ length: processes }, () => storm.add()));
      const faults = [killed, paused, cut, cut, allCut, foreignTransaction];
      const happened = await rage(storm, faults, live, SECONDS * 1_000);
      await pause(1_500);
      const state = await calm(live);
      const log = [...state.events.values()].reduce((sum, events) => sum + events.length, 0);
      console.log(
        `storm: ${log} events, ${storm.proxy.cuts} commits cut, ${storm.refused().length} refused, ${happened.join(' ')}`,
      );
      expect(faultsOfLog(state, storm.acknowledged(), storm.refused())).toEqual([]);
      expect(faultsOfConsumer(state, 'tally')).toEqual([]);
      expect(await deadlocks(storm)).toBe(0);
      expect(storm.acknowledged().length).toBeGreaterThan(100);
    },
    LIMIT_MS,
  );

  it(
    'goes on from a backup that is put back under running processes',
    async () => {
      storm = await Storm.prepare(12);
      const live = [await storm.add(), await storm.add()];
      await pause(SECONDS * 250);
      const before = storm.acknowledged();
      await backUp(storm);
      await pause(SECONDS * 250);
      await restore(storm);
      const lost = storm.acknowledged().length;
      await pause(SECONDS * 500 + 1_000);
      const state = await calm(live);
      const after = live.flatMap(({ acknowledged }) => acknowledged).length - lost;
      expect(faultsOfLog(state, before)).toEqual([]);
      expect(faultsOfConsumer(state, 'tally')).toEqual([]);
      expect(after).toBeGreaterThan(20);
    },
    LIMIT_MS,
  );
});
