import type { AccountSpec, KeySpec } from '../accounts/account.js';
import { TRADING_KEY } from '../accounts/account.js';
import {
  checkFields,
  isAmount,
  isAmounts,
  isFlag,
  isListOfTexts,
  isName,
  isSignedAmount,
  isText,
  maybe,
  oneOf,
} from './checks.js';
import type { Checks } from './checks.js';
import type { Deposit } from './operator.js';

const KEY: Checks = {
  apiKey: isName,
  secret: maybe(isName),
  publicKeyPem: maybe(isText),
  permissions: () => true,
  ipAllowList: maybe(isListOfTexts),
};

const PERMISSIONS: Checks = Object.fromEntries(Object.keys(TRADING_KEY).map((name) => [name, maybe(isFlag)]));

const ACCOUNT: Checks = {
  accountId: isName,
  keys: Array.isArray,
  balances: maybe(isAmounts),
  fees: () => true,
  feeAsset: () => true,
};

const DEPOSIT: Checks = {
  accountId: isName,
  asset: isName,
  amount: isSignedAmount,
  cause: maybe(oneOf('DEPOSIT', 'WITHDRAWAL', 'ADJUSTMENT')),
};

/** An account as the operator sent it; throws a `TypeError` that names the field that is wrong. */
export function readAccount(body: unknown): AccountSpec {
  const account = checkFields(body, ACCOUNT);
  const { keys, fees, feeAsset } = account;
  (keys as unknown[]).forEach((key, index) => readKey(key, `keys[${index}].`));
  // A maker's rate below zero is a rebate.
  if (fees !== undefined) checkFields(fees, { maker: isSignedAmount, taker: isSignedAmount }, 'fees.');
  if (feeAsset !== undefined && feeAsset !== null) {
    checkFields(feeAsset, { asset: isName, discount: isAmount }, 'feeAsset.');
  }
  return account as unknown as AccountSpec;
}

/** A key, with a secret or a public key; throws a `TypeError` that names the field that is wrong. */
export function readKey(body: unknown, prefix = ''): KeySpec {
  const key = checkFields(body, KEY, prefix);
  if (key['secret'] === undefined && key['publicKeyPem'] === undefined) {
    throw new TypeError(`${prefix}secret is missing, and so is publicKeyPem`);
  }
  if (key['permissions'] !== undefined) {
    checkFields(key['permissions'], PERMISSIONS, `${prefix}permissions.`);
  }
  return key as unknown as KeySpec;
}

export function readDeposit(body: unknown): Deposit {
  return checkFields(body, DEPOSIT) as unknown as Deposit;
}
