export { MarketDataRoutesModule } from './market-data-routes.module.js';
