import { describeCandleStore } from './candle-store.contract.js';
import { MemoryCandleStore } from './memory-candle-store.js';

describeCandleStore('memory', () => new MemoryCandleStore());
