export { MarketDataController } from './market-data-controller.js';
