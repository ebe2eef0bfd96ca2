import { Instrument } from '@sextant/kernel';
import { createTestDatabase } from '@sextant/testing';
import type { TestDatabase } from '@sextant/testing';
import { paperInstruments } from '../domain/paper-instruments.js';
import { PostgresListing } from './postgres-listing.js';
import { venueModel } from './venue-model.js';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase(venueModel);
});
afterAll(() => db.close());

it('keeps rules as they were last told, and the tick and step of the first time', async () => {
  const listing = new PostgresListing(db.database);
  const eth = (changes: object) =>
    Instrument.load({ ...paperInstruments[0]!.spec, symbol: 'ETH/USDT', ...changes });
  expect(await listing.keep([])).toEqual([]);
  await listing.keep([eth({}), ...paperInstruments]);
  await listing.keep([eth({ minNotional: '9' })]);
  const kept = await listing.keep([
    eth({ tickSize: '0.1', minNotional: '11' }),
    eth({ symbol: 'A/B', stepSize: '1' }),
  ]);
  expect(kept).toEqual([
    eth({ symbol: 'A/B', stepSize: '1' }),
    ...paperInstruments,
    eth({ minNotional: '9' }),
  ]);
  expect(await listing.all()).toEqual(kept);
});
