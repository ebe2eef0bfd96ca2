export { AccountOwner, AccountRuntime } from './account-owner.js';
export type { AccountLease, AccountSession, CloseReason } from './account-owner.js';
export { ownershipErrors } from './ownership-errors.js';
export { OWNERSHIP_DEFAULTS } from './ownership-options.js';
export type { OwnershipOptions } from './ownership-options.js';
export { Ownership } from './ownership.js';
export type { OwnershipParts } from './ownership.js';
export { ProcessPeers } from './process-peers.js';
export type { PeerAnswer } from './process-peers.js';
