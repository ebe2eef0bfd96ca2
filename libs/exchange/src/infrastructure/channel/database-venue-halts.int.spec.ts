import { combineModels, platformModel } from '@sextant/platform';
import { createTestDatabase } from '@sextant/testing';
import type { TestDatabase } from '@sextant/testing';
import { channelModel } from './channel-model.js';
import { DatabaseVenueHalts } from './database-venue-halts.js';

const NOW = 1_700_000_000_000;
const BAN = { venue: 'BINANCE', until: NOW + 120_000, reason: 'ADDRESS_BANNED', status: 418, haltedAt: NOW };

let db: TestDatabase;
let halts: DatabaseVenueHalts;

beforeAll(async () => {
  db = await createTestDatabase(combineModels(platformModel, channelModel));
  halts = new DatabaseVenueHalts(db.database);
});
afterAll(() => db.close());
beforeEach(() => db.database.query('DELETE FROM venue_halt', []));

it('keeps a halt, to the millisecond', async () => {
  await halts.store(BAN);
  expect(await halts.load()).toEqual([BAN]);
});

it('keeps the later end, whoever stores last', async () => {
  const longer = { ...BAN, until: NOW + 600_000, reason: 'FIREWALL', status: 403 };
  await Promise.all([halts.store(longer), halts.store(BAN), halts.store(BAN)]);
  expect(await halts.load()).toEqual([longer]);
});

it('keeps the halts of several venues', async () => {
  await halts.store(BAN);
  await halts.store({ ...BAN, venue: 'OKX' });
  expect((await halts.load()).map(({ venue }) => venue).sort()).toEqual(['BINANCE', 'OKX']);
});
