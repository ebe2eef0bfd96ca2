import type { DatabaseModel } from '@sextant/platform';
import { CreateCandles1763701800000 } from './migrations/create-candles.js';

export const candleModel: DatabaseModel = { entities: [], migrations: [CreateCandles1763701800000] };
