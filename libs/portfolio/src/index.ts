export { accounts, balances, positions, strategyPositions } from './application/account-tables.js';
export type {
  AccountKind,
  AccountRow,
  AccountStatus,
  BalanceRow,
  PositionRow,
  StrategyPositionRow,
} from './application/account-tables.js';
export { PortfolioRepository } from './application/portfolio-repository.js';
export { PortfolioState } from './application/portfolio-state.js';
export type { CashEntry } from './application/portfolio-state.js';
export { Reservations } from './application/reservations.js';
export type { SqlReader } from './application/reservations.js';
export type { BookedFill } from './domain/booked-fill.js';
export { planPostings } from './domain/plan-postings.js';
export type { CashFact, LedgerFact, LedgerKind } from './domain/plan-postings.js';
export { PortfolioAggregate } from './domain/portfolio-aggregate.js';
export { portfolioErrors } from './domain/portfolio-errors.js';
export type { PortfolioEvent } from './domain/portfolio-event.js';
export {
  averageEntryPrice,
  marketValue,
  netPnl,
  positionQuantity,
  positionSide,
  unrealizedPnl,
} from './domain/position.js';
export type { Position, PositionSide } from './domain/position.js';
export { DatabasePortfolioRepository } from './infrastructure/database-portfolio-repository.js';
export { portfolioModel } from './infrastructure/portfolio-model.js';
