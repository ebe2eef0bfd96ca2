import type { KeyObject } from 'node:crypto';
import { createPublicKey, createSecretKey } from 'node:crypto';
import { unitsOf } from '../engine/amounts.js';

/** What a key may do, in the names of `/sapi/v1/account/apiRestrictions`. */
export interface Permissions {
  readonly enableReading: boolean;
  readonly enableSpotAndMarginTrading: boolean;
  readonly enableFutures: boolean;
  readonly enableWithdrawals: boolean;
  readonly enableInternalTransfer: boolean;
  readonly permitsUniversalTransfer: boolean;
  readonly enableMargin: boolean;
}

export const TRADING_KEY: Permissions = {
  enableReading: true,
  enableSpotAndMarginTrading: true,
  enableFutures: true,
  enableWithdrawals: false,
  enableInternalTransfer: false,
  permitsUniversalTransfer: false,
  enableMargin: false,
};

/** How a key signs: with a shared secret, or with a private key of which the venue knows the public half (PEM). */
export type KeyMaterial = { readonly secret: string } | { readonly publicKeyPem: string };

export interface KeySpec {
  readonly apiKey: string;
  readonly secret?: string;
  readonly publicKeyPem?: string;
  readonly permissions?: Partial<Permissions>;
  /** Empty: from anywhere. */
  readonly ipAllowList?: readonly string[];
}

/** Decimal fractions: 0.001 is 0.1 %. A negative maker rate is a rebate. */
export interface FeeRates {
  readonly maker: string;
  readonly taker: string;
}

export interface AccountSpec {
  readonly accountId: string;
  readonly keys: readonly KeySpec[];
  /** Asset → decimal text. */
  readonly balances?: Readonly<Record<string, string>>;
  readonly fees?: FeeRates;
  /** Commissions are taken in this asset at `discount` off, while there is enough of it. */
  readonly feeAsset?: { readonly asset: string; readonly discount: string } | null;
}

export interface ApiKey {
  readonly apiKey: string;
  readonly accountId: string;
  readonly kind: 'HMAC' | 'RSA' | 'ED25519';
  readonly material: KeyObject;
  permissions: Permissions;
  ipAllowList: readonly string[];
  readonly createdAt: number;
  revoked: boolean;
}

export interface Account {
  readonly accountId: string;
  readonly uid: number;
  fees: { makerUnits: bigint; takerUnits: bigint };
  feeAsset: { readonly asset: string; readonly discountUnits: bigint } | null;
  canTrade: boolean;
  updatedAt: number;
}

export function keyOf(spec: KeySpec, accountId: string, createdAt: number): ApiKey {
  const base = {
    apiKey: spec.apiKey,
    accountId,
    permissions: { ...TRADING_KEY, ...spec.permissions },
    ipAllowList: spec.ipAllowList ?? [],
    createdAt,
    revoked: false,
  };
  if (spec.publicKeyPem !== undefined) {
    const material = createPublicKey(spec.publicKeyPem);
    return { ...base, kind: material.asymmetricKeyType === 'ed25519' ? 'ED25519' : 'RSA', material };
  }
  if (spec.secret === undefined) throw new RangeError(`key ${spec.apiKey} has no secret and no public key`);
  return { ...base, kind: 'HMAC', material: createSecretKey(Buffer.from(spec.secret)) };
}

export function accountOf(spec: AccountSpec, uid: number, at: number): Account {
  const { maker, taker } = spec.fees ?? { maker: '0.001', taker: '0.001' };
  return {
    accountId: spec.accountId,
    uid,
    fees: { makerUnits: unitsOf(maker), takerUnits: unitsOf(taker) },
    feeAsset: spec.feeAsset
      ? { asset: spec.feeAsset.asset, discountUnits: unitsOf(spec.feeAsset.discount) }
      : null,
    canTrade: true,
    updatedAt: at,
  };
}
