import type { LedgerTransactionId } from '@sextant/kernel';
import { GENESIS_HASH, ledgerHash } from '@sextant/platform';
import { fc } from '../../../../../test/support/property.js';
import { verifyLedgerExport } from './verify-ledger-export.js';

const ACCOUNT = 'acc_00000000000000000000000000000001';

interface Booked {
  reference: string;
  memo: Record<string, string | number | null>;
  amounts: [asset: string, amount: bigint][];
}

/** An export as a correct one is written, but for what a test does to it. */
function anExport(
  entries: Booked[],
  options: { amend?: (entry: any, index: number) => void } = {},
): string[] {
  let head = GENESIS_HASH;
  const lines = entries.map(({ reference, memo, amounts }, index) => {
    const postings = amounts.flatMap(([asset, amount]) => [
      { account: 'wallet:PAPER', amount, asset },
      { account: 'external:PAPER', amount: -amount, asset },
    ]);
    const transactionId = `ltx_${index}` as LedgerTransactionId;
    const facts = { transactionId, kind: 'DEPOSIT', reference, occurredAt: 1_700_000_000_000 + index, memo };
    const texts = postings.map((line) => ({ ...line, amount: line.amount.toString() }));
    const entry = { accountId: ACCOUNT, chainSequence: index + 1, ...facts, postings: texts };
    options.amend?.(entry, index);
    const previousHash = head;
    const signed = entry.postings.map((line) => ({ ...line, amount: BigInt(line.amount) }));
    head = ledgerHash(head, entry.accountId, entry.chainSequence, { ...entry, postings: signed });
    return `${JSON.stringify({ previousHash, hash: head, entry })}\n`;
  });
  const header = { format: 'sextant-ledger', version: 1, accountId: ACCOUNT, entryCount: entries.length };
  return [`${JSON.stringify({ ...header, chainHead: head })}\n`, ...lines];
}

function verify(file: Uint8Array | string[], notedHash: string | null = null) {
  return verifyLedgerExport(linesOf(file instanceof Uint8Array ? file : bytesOf(file)), notedHash);
}

const bytesOf = (lines: string[]): Uint8Array => Buffer.from(lines.join(''));

async function* linesOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length;) {
    const end = bytes.indexOf(10, start) + 1 || bytes.length;
    yield bytes.subarray(start, end);
    start = end;
  }
}

const some: Booked[] = [
  { reference: 'opening', memo: { venue: 'PAPER', note: 'Grüße, 你好' }, amounts: [['USDT', 10n ** 23n]] },
  { reference: 'second', memo: {}, amounts: [['BTC', 5n * 10n ** 17n]] },
  { reference: 'third', memo: { by: 'usr_1' }, amounts: [['USDT', -(10n ** 18n)]] },
];

const booked: fc.Arbitrary<Booked> = fc.record({
  reference: fc.string({ unit: 'binary', maxLength: 12 }),
  memo: fc.dictionary(
    fc.string({ maxLength: 6 }),
    fc.oneof(fc.string({ maxLength: 9 }), fc.integer(), fc.constant(null)),
    { maxKeys: 3 },
  ),
  amounts: fc.array(
    fc.tuple(fc.constantFrom('BTC', 'USDT', 'ETH'), fc.bigInt({ min: 1n, max: 10n ** 37n })),
    { minLength: 1, maxLength: 3 },
  ),
});

describe('an exported ledger', () => {
  it('is verified by nothing but the file, and added up', async () => {
    const verdict = await verify(anExport(some));
    expect(verdict).toEqual({
      accountId: ACCOUNT,
      entryCount: 3,
      chainHead: expect.stringMatching(/^[0-9a-f]{64}$/),
      verified: true,
      failure: null,
      balances: [
        { account: 'external:PAPER', asset: 'BTC', balance: '-0.5' },
        { account: 'external:PAPER', asset: 'USDT', balance: '-99999' },
        { account: 'wallet:PAPER', asset: 'BTC', balance: '0.5' },
        { account: 'wallet:PAPER', asset: 'USDT', balance: '99999' },
      ],
      totals: [
        { asset: 'BTC', total: '0' },
        { asset: 'USDT', total: '0' },
      ],
    });
  });

  it('is verified whatever was booked', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(booked, { maxLength: 5 }), async (entries) => {
        expect(await verify(anExport(entries))).toMatchObject({ verified: true, entryCount: entries.length });
      }),
    );
  });

  it('is found wrong by any flipped byte, at the line it stands in', async () => {
    const flip = {
      at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      mask: fc.integer({ min: 1, max: 255 }),
    };
    await fc.assert(
      fc.asyncProperty(
        fc.array(booked, { minLength: 1, maxLength: 4 }),
        fc.record(flip),
        async (entries, { at, mask }) => {
          const lines = anExport(entries);
          const bytes = bytesOf(lines);
          const place = Math.floor(at * bytes.length);
          const line =
            Buffer.from(bytes)
              .subarray(0, place)
              .filter((byte) => byte === 10).length + 1;
          bytes[place]! ^= mask;
          const { verified, failure, entryCount } = await verify(bytes);
          expect(verified).toBe(false);
          if (line > 1) expect({ line: failure!.line, entryCount }).toEqual({ line, entryCount: line - 2 });
        },
      ),
      { numRuns: 600 },
    );
  });

  it('is found wrong at every single place of a file', async () => {
    const bytes = bytesOf(anExport(some));
    for (let place = 0; place < bytes.length; place += 1) {
      const bit = 1 << (place & 7);
      bytes[place]! ^= bit;
      expect({ place, verified: (await verify(bytes)).verified }).toEqual({ place, verified: false });
      bytes[place]! ^= bit;
    }
  });

  it.each([
    ['an entry left out', (lines: string[]) => lines.toSpliced(2, 1), 3, 2, 'Entry 2 is missing.'],
    ['entries in another order', ([a, b, c, d]: string[]) => [a!, b!, d!, c!], 3, 2, 'Entry 2 is missing.'],
    [
      'the end cut off',
      (lines: string[]) => lines.slice(0, -1),
      4,
      3,
      'The file ends here; it announces 3 entries.',
    ],
    [
      'half a line at the end',
      (lines: string[]) => [...lines.slice(0, 3), lines[3]!.slice(0, 90)],
      4,
      3,
      'It is not a line of JSON in UTF-8.',
    ],
    [
      'an entry too many',
      (lines: string[]) => [...lines, lines[3]!],
      5,
      4,
      'The first line announces 3 entries.',
    ],
    [
      'no first line',
      (lines: string[]) => lines.slice(1),
      1,
      null,
      'It does not say that a ledger of Sextant follows.',
    ],
    ['nothing in it', () => [], 1, null, 'The file is empty.'],
    [
      'blanks in a line',
      (lines: string[]) => lines.map((line) => line.replace('{"', '{ "')),
      1,
      null,
      'It is not written as an export writes it.',
    ],
    [
      'a field more',
      (lines: string[]) => lines.with(1, lines[1]!.replace('{', '{"note":"",')),
      2,
      1,
      'It has other fields than an export writes.',
    ],
  ])('with %s says which line', async (_, change, line, sequence, reason) => {
    const { verified, failure } = await verify(change(anExport(some)));
    expect({ verified, ...failure }).toMatchObject({ verified: false, line, sequence, reason });
  });

  it.each([
    [
      'sum to zero',
      (entry: any) => (entry.postings[0].amount = '7'),
      'Its postings of BTC do not sum to zero.',
    ],
    [
      'belong to the account',
      (entry: any) => (entry.accountId = 'acc_other'),
      'It belongs to another account.',
    ],
    ['are there', (entry: any) => (entry.postings = []), 'It has no postings.'],
  ])('is wrong though every hash is right, unless its postings %s', async (_, amend, reason) => {
    const lines = anExport(some, { amend: (entry, index) => index === 1 && amend(entry) });
    expect((await verify(lines)).failure).toEqual({ line: 3, sequence: 2, transactionId: 'ltx_1', reason });
  });

  it('that was made anew as a whole is found by a hash that was noted before', async () => {
    const before = await verify(anExport(some.slice(0, 2)));
    expect(await verify(anExport(some), before.chainHead)).toMatchObject({ verified: true });
    const forged = anExport([{ ...some[0]!, amounts: [['USDT', 1n]] }, ...some.slice(1)]);
    expect(await verify(forged)).toMatchObject({ verified: true });
    expect((await verify(forged, before.chainHead)).failure).toEqual({
      line: null,
      sequence: null,
      transactionId: null,
      reason: 'The chain does not run through the hash noted before.',
    });
  });
});
