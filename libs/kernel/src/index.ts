export { Aggregate } from './aggregate.js';
export { Approval, createApprovalAuthority } from './approval.js';
export type { ApprovalCheck, ApprovalMint, ApprovedTerms } from './approval.js';
export { Clock } from './clock.js';
export type { EpochMs } from './clock.js';
export {
  DECIMAL_PATTERN,
  divideScaled,
  formatScaled,
  isDecimalText,
  LEDGER_SCALE,
  mulDivHalfEven,
  multiplyScaled,
  ONE,
  parseScaled,
} from './decimal-text.js';
export { Money, Percentage, Price, Quantity } from './decimal-value.js';
export { defineErrors, DomainError } from './domain-error.js';
export type { ErrorEntry, ErrorKind } from './domain-error.js';
export { Ids, parseId } from './ids.js';
export type {
  AccountId,
  ApiKeyId,
  FillId,
  Id,
  LedgerTransactionId,
  OrderId,
  SessionId,
  TenantId,
  UserId,
} from './ids.js';
export { Instrument } from './instrument.js';
export type { InstrumentSpec, PriceBands } from './instrument.js';
export { kernelErrors } from './kernel-errors.js';
export { sideSign } from './side.js';
export type { LiquidityRole, Side } from './side.js';
export { parseAsset, Symbol } from './symbol.js';
