import type { DatabaseModel } from '@sextant/platform';
import { CreateVenueInstrument1763700500000 } from './migrations/create-venue-instrument.js';
import { CreateVenueJournal1763600400000 } from './migrations/create-venue-journal.js';

export const venueModel: DatabaseModel = {
  entities: [],
  migrations: [CreateVenueJournal1763600400000, CreateVenueInstrument1763700500000],
};
