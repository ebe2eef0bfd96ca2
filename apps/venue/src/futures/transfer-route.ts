import type { Engine } from '../engine/engine.js';
import { type Route, signed, type SignedCall } from '../rest/routes.js';
import { keyRejected, missing, VenueError } from '../rest/venue-error.js';
import type { VenueCore } from '../venue-core.js';
import { MARGIN_ASSET, type MarginBook } from './margin-book.js';
import type { Income } from './margin-settlement.js';

interface Parts {
  core: VenueCore;
  engine: Engine;
  book: MarginBook;
  onIncome: (income: Income) => void;
}

/** Moves USDT between an account's spot wallet and its margin wallet. */
export function transferRoute(parts: Parts): Route {
  return signed({
    method: 'POST',
    path: '/sapi/v1/asset/transfer',
    security: 'USER_DATA',
    weight: 900,
    handle: (call) => transfer(parts, call),
  });
}

function transfer({ core, engine, book, onIncome }: Parts, { params, key, account, at }: SignedCall): object {
  if (!key.permissions.permitsUniversalTransfer) throw keyRejected();
  const type = params.oneOf('type', ['MAIN_UMFUTURE', 'UMFUTURE_MAIN']);
  if (type === null) throw missing('type');
  if (params.needText('asset') !== MARGIN_ASSET) throw new VenueError(-9000, 'user have no avaliable amount');
  const amount = params.needDecimal('amount');
  const { accountId } = account;
  const available =
    type === 'MAIN_UMFUTURE'
      ? core.ledger.balance(accountId, MARGIN_ASSET).free
      : book.withdrawable(book.view(book.account(accountId)));
  if (amount <= 0n || amount > available) throw new VenueError(-9000, 'user have no avaliable amount');
  const toMargin = type === 'MAIN_UMFUTURE' ? amount : -amount;
  core.engine.settleNow(() => core.ledger.deposit(accountId, MARGIN_ASSET, -toMargin, 'WITHDRAWAL'));
  engine.settleNow(() => book.ledger.deposit(accountId, MARGIN_ASSET, toMargin));
  onIncome({ accountId, symbol: '', kind: 'TRANSFER', units: toMargin, tradeId: null, at });
  return { tranId: core.journal.lastSeq };
}
