export { AccountOwner, AccountRuntime } from './account-owner.js';
export type { AccountLease, AccountSession, CloseReason } from './account-owner.js';
