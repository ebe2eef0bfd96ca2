import type { Ledger } from '../accounts/ledger.js';
import type { Engine } from '../engine/engine.js';
import type { QuirkBook } from '../faults/quirks.js';
import type { ListDesk } from '../orders/list-desk.js';
import type { OrderArchive } from '../orders/order-archive.js';
import type { OrderDesk } from '../orders/order-desk.js';
import type { SymbolTable } from '../orders/symbol-table.js';
import type { Limits } from './limits.js';

/** What the spot routes call. */
export interface SpotServices {
  readonly engine: Engine;
  readonly ledger: Ledger;
  readonly symbols: SymbolTable;
  readonly desk: OrderDesk;
  readonly lists: ListDesk;
  readonly archive: OrderArchive;
  readonly limits: Limits;
  readonly quirks: QuirkBook;
}
