export { PortfolioRoutesModule } from './portfolio.module.js';
