import { EventLog, Logger, ManualClock, platformModel, SYSTEM_STREAM, SystemLog } from '@sextant/platform';
import { createTestDatabase } from '@sextant/testing';
import type { TestDatabase } from '@sextant/testing';
import { SystemChannelEvents } from './channel-events.js';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase(platformModel);
});
afterAll(() => db.close());

function logged(lines: string[]): Logger {
  const destination = { write: (line: string) => void lines.push(line), flush: () => undefined };
  return Logger.create({ app: 'test', level: 'INFO', destination });
}

it('are on the system stream, in order, and in the log', async () => {
  const lines: string[] = [];
  const events = new SystemChannelEvents(new SystemLog(db.database), new ManualClock(1_000), logged(lines));
  const change = { venue: 'BINANCE', class: 'ENTRY', from: 'CLOSED', to: 'OPEN' };
  events.record('VenueBreakerChanged', change);
  events.record('VenueHalted', { venue: 'OKX', until: 5 });
  await events.flushed();
  const told = await new EventLog(db.database, undefined as never, undefined as never).read(
    SYSTEM_STREAM,
    0,
    10,
  );
  expect(told).toMatchObject([
    { type: 'VenueBreakerChanged', payload: change, occurredAt: 1_000 },
    { type: 'VenueHalted', payload: { venue: 'OKX', until: 5 } },
  ]);
  expect(JSON.parse(lines[0]!)).toMatchObject({
    event: 'VenueBreakerChanged',
    venue: 'BINANCE',
    level: 'WARN',
  });
  expect(JSON.parse(lines[1]!)).toMatchObject({ event: 'VenueHalted', venue: 'OKX', level: 'ERROR' });
});

it('that cannot be recorded fail nobody, and the next ones are', async () => {
  const lines: string[] = [];
  const log = new (class extends SystemLog {
    override async append(): Promise<void> {
      throw new Error('no database');
    }
  })(db.database);
  const events = new SystemChannelEvents(log, new ManualClock(), logged(lines));
  events.record('VenueResumed', { venue: 'OKX' });
  await events.flushed();
  expect(lines.map((line) => JSON.parse(line).level)).toEqual(['WARN', 'ERROR']);
});
