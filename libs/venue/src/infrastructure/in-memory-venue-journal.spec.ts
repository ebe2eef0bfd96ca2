import { InMemoryVenueJournal } from './in-memory-venue-journal.js';
import { describeVenueJournal } from './venue-journal.contract.js';

describeVenueJournal('InMemoryVenueJournal', () => new InMemoryVenueJournal());
