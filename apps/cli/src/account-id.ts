import { parseId } from '@sextant/kernel';
import type { AccountId } from '@sextant/kernel';
import { UsageError } from './command-line.js';

/** @throws UsageError */
export function readAccountId(text: string): AccountId {
  try {
    return parseId('acc', text);
  } catch {
    throw new UsageError(`'${text}' is not the id of an account.`);
  }
}
