import { requireKeys, WrongLine } from './wrong-line.js';
import type { Fields } from './wrong-line.js';

/** What the first line announces. */
export interface Header {
  accountId: string;
  entryCount: number;
  chainHead: string;
}

/** @throws WrongLine */
export function readHeader(fields: Fields): Header {
  const { format, version, accountId, entryCount, chainHead } = fields;
  if (format !== 'sextant-ledger') throw new WrongLine('It does not say that a ledger of Sextant follows.');
  if (version !== 2) throw new WrongLine('Its format has a version that is unknown here.');
  requireKeys(fields, ['format', 'version', 'accountId', 'entryCount', 'chainHead']);
  if (typeof accountId === 'string' && Number.isSafeInteger(entryCount) && typeof chainHead === 'string') {
    return { accountId, entryCount: Number(entryCount), chainHead };
  }
  throw new WrongLine('It does not say what follows.');
}
