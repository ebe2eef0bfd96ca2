export { ExchangesController } from './exchanges-controller.js';
