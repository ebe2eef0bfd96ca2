import type { DatabaseModel } from '@sextant/platform';
import { CreateVenueJournal1763600400000 } from './migrations/create-venue-journal.js';

export const venueModel: DatabaseModel = { entities: [], migrations: [CreateVenueJournal1763600400000] };
