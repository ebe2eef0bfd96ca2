import type { AccountId } from '@sextant/kernel';
import type { VenueEntry } from '../domain/venue-entry.js';
import { SessionReplaced } from '../domain/venue-journal.js';
import type { JournalRow, VenueJournal } from '../domain/venue-journal.js';

const AT = 1_700_000_000_000;
const ONE = 10n ** 18n;
let accounts = 0;

function placed(clientOrderId: string, number: number): VenueEntry {
  const placement = {
    clientOrderId,
    symbol: 'BTC/USDT',
    side: 'BUY' as const,
    type: 'LIMIT' as const,
    timeInForce: 'GTC' as const,
    postOnly: false,
    lots: 100,
    quoteUnits: null,
    priceTicks: 6_000_000,
  };
  const fills = [{ trade: number, ticks: 6_000_000, lots: 40, feeUnits: 4n * 10n ** 11n }];
  return { kind: 'PLACED', at: AT, number, placement, fills, status: 'PARTIALLY_FILLED' };
}

/** What every journal of the exchange must do. */
export function describeVenueJournal(name: string, journalOf: () => VenueJournal): void {
  describe(name, () => {
    const account = () => `acc_${String(++accounts).padStart(32, '0')}` as AccountId;
    const write = (
      journal: VenueJournal,
      accountId: AccountId,
      session: number,
      from: number,
      entries: VenueEntry[],
    ) =>
      Promise.all(
        entries.map((entry, index) => journal.append({ accountId, session, seq: from + index, entry })),
      );
    const entriesOf = (rows: readonly JournalRow[]) => rows.map(({ entry }) => entry);

    it('gives back what was appended, in order, as it was', async () => {
      const journal = journalOf();
      const accountId = account();
      const { session } = await journal.open(accountId);
      const entries: VenueEntry[] = [
        { kind: 'DEPOSITED', at: AT, reference: 'first', asset: 'USDT', units: 123456789012345678901234n },
        placed('a', 1),
        {
          kind: 'FILLED',
          at: AT + 1,
          clientOrderId: 'a',
          fills: [{ trade: 2, ticks: 6_000_000, lots: 1, feeUnits: -5n }],
        },
        placed('b', 2),
        { kind: 'CANCELED', at: AT + 2, clientOrderId: 'a' },
      ];
      await write(journal, accountId, session, 1, entries);
      const opened = await journal.open(accountId);
      expect(opened).toMatchObject({ session: session + 1, seq: 5, snapshot: null, earlierIds: [] });
      expect(entriesOf(opened.rows)).toEqual(entries);
      expect(entriesOf(await journal.ofOrder(accountId, 'a'))).toEqual([entries[1], entries[2], entries[4]]);
      expect(entriesOf(await journal.after(accountId, 1, 2))).toEqual([entries[1], entries[2]]);
    });

    it('refuses a session that was replaced, and nothing of it is written', async () => {
      const journal = journalOf();
      const accountId = account();
      const old = await journal.open(accountId);
      await write(journal, accountId, old.session, 1, [placed('a', 1)]);
      const next = await journal.open(accountId);
      await expect(write(journal, accountId, old.session, 2, [placed('b', 2)])).rejects.toThrow(
        SessionReplaced,
      );
      await expect(journal.open(accountId, old.session)).rejects.toThrow(SessionReplaced);
      await write(journal, accountId, next.session, 2, [placed('c', 2)]);
      expect(entriesOf((await journal.open(accountId, next.session)).rows)).toEqual([
        placed('a', 1),
        placed('c', 2),
      ]);
    });

    it('starts from the newest snapshot, with the ids before it', async () => {
      const journal = journalOf();
      const accountId = account();
      const { session } = await journal.open(accountId);
      await write(journal, accountId, session, 1, [placed('a', 1), placed('b', 2)]);
      const balances = [{ asset: 'USDT', freeUnits: 7n * ONE, lockedUnits: ONE }];
      const state = { lastOrder: 2, lastTrade: 2, balances, references: ['first'], open: [] };
      await journal.keepSnapshot(accountId, session, 2, state);
      await journal.keepSnapshot(accountId, session - 1, 99, state);
      await write(journal, accountId, session, 3, [placed('c', 3)]);
      const opened = await journal.open(accountId);
      expect(opened.snapshot).toEqual({ seq: 2, state });
      expect(entriesOf(opened.rows)).toEqual([placed('c', 3)]);
      expect([...opened.earlierIds].sort()).toEqual(['a', 'b']);
    });

    it('keeps a deposit once for each reference, until the account has booked it', async () => {
      const journal = journalOf();
      const accountId = account();
      const deposit = { reference: 'ltx_1', asset: 'USDT', units: 5n * ONE, at: AT };
      await journal.recordDeposit(accountId, deposit);
      await journal.recordDeposit(accountId, { ...deposit, units: 6n * ONE });
      expect(await journal.pendingDeposits(accountId)).toEqual([deposit]);
      const { session } = await journal.open(accountId);
      await write(journal, accountId, session, 1, [{ kind: 'DEPOSITED', ...deposit }]);
      expect(await journal.pendingDeposits(accountId)).toEqual([]);
    });
  });
}
