import { fc } from '../../../../test/support/property.js';
import { checkExport } from './check-export.js';
import { ACCOUNT, anExport, happenings } from './exported.contract.js';
import type { Happening } from './exported.contract.js';

const UNIT = 10n ** 18n;

const deposit = (asset: string, units: bigint): Happening => ({ fact: { kind: 'DEPOSIT', asset, units } });
const some = [deposit('USDT', 100_000n * UNIT), deposit('BTC', UNIT / 2n), deposit('USDT', 7n * UNIT)];

/** Two trades in two strategies, the second beyond what is held, with fees in base and in a third asset. */
const traded = (): Happening[] => {
  const [first, second] = fc
    .sample(
      happenings.filter((all) => all.filter((one) => 'fill' in one).length >= 2),
      { numRuns: 1, seed: 7 },
    )[0]!
    .filter((one) => 'fill' in one);
  const market = { symbol: 'BTC/USDT', base: 'BTC', quote: 'USDT', positionSide: undefined };
  const fee = { feeAsset: 'BTC', feeUnits: UNIT / 1000n, feeValueUnits: null };
  const buy = { ...first!.fill, ...market, ...fee, side: 'BUY' as const, strategy: 'grid' };
  const sell = { ...second!.fill, ...market, side: 'SELL' as const, strategy: null, feeAsset: 'BNB' };
  return [
    deposit('USDT', 100_000n * UNIT),
    { fill: { ...buy, baseUnits: UNIT, notionalUnits: 50_000n * UNIT } },
    {
      fill: {
        ...sell,
        baseUnits: 2n * UNIT,
        notionalUnits: 120_000n * UNIT,
        feeUnits: UNIT,
        feeValueUnits: 9n,
      },
    },
  ];
};

function verify(file: Uint8Array | string[], notedHash: string | null = null) {
  return checkExport(chunksOf(file instanceof Uint8Array ? file : bytesOf(file)), notedHash);
}

const bytesOf = (lines: string[]): Uint8Array => Buffer.from(lines.join(''));

/** In pieces that have nothing to do with lines. */
async function* chunksOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += 1_000) yield bytes.subarray(start, start + 1_000);
}

describe('an exported ledger', () => {
  it('is verified by nothing but the file, and added up', async () => {
    expect(await verify(anExport(some))).toEqual({
      accountId: ACCOUNT,
      entryCount: 3,
      chainHead: expect.stringMatching(/^[0-9a-f]{64}$/),
      projectionCount: 2,
      verified: true,
      failure: null,
      balances: [
        { account: 'external:PAPER', asset: 'BTC', balance: '-0.5' },
        { account: 'external:PAPER', asset: 'USDT', balance: '-100007' },
        { account: 'wallet:PAPER', asset: 'BTC', balance: '0.5' },
        { account: 'wallet:PAPER', asset: 'USDT', balance: '100007' },
      ],
      totals: [
        { asset: 'BTC', total: '0' },
        { asset: 'USDT', total: '0' },
      ],
    });
  });

  it('is verified whatever happened, balances, positions and P&L included', async () => {
    await fc.assert(
      fc.asyncProperty(happenings, async (what) => {
        const lines = anExport(what);
        expect(await verify(lines)).toMatchObject({
          failure: null,
          verified: true,
          entryCount: what.length,
          projectionCount: lines.length - what.length - 2,
        });
      }),
      { numRuns: 200 },
    );
  });

  it('is found wrong by any flipped byte, and the entry is named in which it stands', async () => {
    const flip = fc.record({
      at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      mask: fc.integer({ min: 1, max: 255 }),
    });
    await fc.assert(
      fc.asyncProperty(happenings, flip, async (what, { at, mask }) => {
        const bytes = bytesOf(anExport(what));
        const place = Math.floor(at * bytes.length);
        const line = bytes.subarray(0, place).filter((byte) => byte === 10).length + 1;
        bytes[place]! ^= mask;
        const { verified, failure, entryCount } = await verify(bytes);
        expect(verified).toBe(false);
        if (line > 1 && line <= what.length + 1) {
          const found = { line: failure!.line, sequence: failure!.sequence, entryCount };
          expect(found).toEqual({ line, sequence: line - 1, entryCount: line - 2 });
        } else if (line > 1) expect(failure).toMatchObject({ line, sequence: null });
      }),
      { numRuns: 600 },
    );
  });

  it('is found wrong at every single place of a file', async () => {
    const bytes = bytesOf(anExport(traded()));
    for (let place = 0; place < bytes.length; place += 1) {
      const bit = 1 << (place & 7);
      bytes[place]! ^= bit;
      expect({ place, verified: (await verify(bytes)).verified }).toEqual({ place, verified: false });
      bytes[place]! ^= bit;
    }
  });

  it.each<[string, (lines: string[]) => string[], number, number | null, string]>([
    [
      'an entry left out',
      (lines) => lines.toSpliced(2, 1),
      3,
      2,
      'It does not continue the entry before it.',
    ],
    ['the end cut off', (lines) => lines.slice(0, 3), 4, 3, 'The file ends here; it announces 3 entries.'],
    ['the seal cut off', (lines) => lines.slice(0, -1), 7, null, 'The file ends here, without its seal.'],
    [
      'half a line at the end',
      (lines) => [...lines.slice(0, 3), lines[3]!.slice(0, 250)],
      4,
      3,
      'It is not written as an export writes an entry.',
    ],
    [
      'an entry too many',
      (lines) => lines.toSpliced(4, 0, lines[3]!),
      5,
      null,
      'The first line announces 3 entries.',
    ],
    [
      'a balance left out',
      (lines) => lines.toSpliced(4, 1),
      6,
      null,
      'The entries also give the balance USDT.',
    ],
    [
      'a balance twice',
      (lines) => lines.toSpliced(4, 0, lines[4]!),
      6,
      null,
      'The entries give no balance USDT, or it was stated before.',
    ],
    ['lines behind the seal', (lines) => [...lines, lines[4]!], 8, null, 'Nothing may follow the seal.'],
    [
      'no first line',
      (lines) => lines.slice(1),
      1,
      null,
      'It does not say that a ledger of Sextant follows.',
    ],
    ['nothing in it', () => [], 1, null, 'The file is empty.'],
    [
      'blanks in a line',
      (lines) => lines.map((line) => line.replace('{"', '{ "')),
      1,
      null,
      'It is not written as an export writes it.',
    ],
  ])('with %s says which line', async (_, change, line, sequence, reason) => {
    const { verified, failure } = await verify(change(anExport(some)));
    expect({ verified, ...failure }).toMatchObject({ verified: false, line, sequence, reason });
  });

  it('with another end than it announces is wrong in its first line', async () => {
    const [first, ...rest] = anExport(some);
    const { failure } = await verify([first!.replace(/"chainHead":"./, '"chainHead":"g'), ...rest]);
    expect(failure).toMatchObject({ line: 1, reason: 'The chain does not end in the hash that it says.' });
  });

  it.each([
    [
      'sum to zero',
      (entry: any) => (entry.postings[0].amount = '7'),
      /^Its postings of BTC do not sum to zero/,
    ],
    [
      'belong to the account',
      (entry: any) => (entry.accountId = 'acc_other'),
      /^It belongs to another account/,
    ],
    ['are there', (entry: any) => (entry.postings = []), /^It has no postings/],
  ])('is wrong though every hash is right, unless its postings %s', async (_, amend, reason) => {
    const lines = anExport(some, (entry, index) => index === 1 && amend(entry));
    const at = { line: 3, sequence: 2, transactionId: `ltx_${'1'.padStart(32, '0')}` };
    expect((await verify(lines)).failure).toEqual({ ...at, reason: expect.stringMatching(reason) });
  });

  it.each([
    ['its price', (memo: any) => (memo.notional = '50001'), 'wallet:PAPER USDT is off by 1.'],
    ['its side', (memo: any) => (memo.side = 'SELL'), 'wallet:PAPER BTC is off by 2.'],
    ['its fee', (memo: any) => (memo.fee = '0.002'), 'wallet:PAPER BTC is off by 0.001.'],
  ])('is wrong where an execution is booked as another one by %s', async (_, change, reason) => {
    const lines = anExport(traded(), (entry, index) => index === 1 && change(entry.memo));
    expect((await verify(lines)).failure).toMatchObject({
      sequence: 2,
      reason: `Its postings do not book its trade: ${reason}`,
    });
  });

  it.each([
    ['a strategy that gets the trade of another', (memo: any) => (memo.strategy = 'trend')],
    ['realized P&L that is booked as cost', moveRealized],
  ])('is wrong by its projections or its trade: %s', async (_, change) => {
    const lines = anExport(traded(), (entry, index) => index === 2 && change(entry.memo, entry));
    expect(await verify(lines)).toMatchObject({ verified: false });
  });

  it('says what a projection states and what the entries give', async () => {
    const lines = anExport(traded()).map((line) =>
      line.replace('"realizedPnl":"9990', '"realizedPnl":"9991'),
    );
    expect((await verify(lines)).failure).toMatchObject({
      sequence: null,
      reason: 'The position BTC/USDT has realizedPnl 9991, by the entries 9990.',
    });
  });

  it('that was made anew as a whole is found by a hash that was noted before', async () => {
    const before = await verify(anExport(some.slice(0, 2)));
    expect(await verify(anExport(some), before.chainHead)).toMatchObject({ verified: true });
    const forged = anExport([deposit('USDT', 1n), ...some.slice(1)]);
    expect(await verify(forged)).toMatchObject({ verified: true });
    expect((await verify(forged, before.chainHead)).failure).toEqual({
      line: null,
      sequence: null,
      transactionId: null,
      reason: 'The chain does not run through the hash noted before.',
    });
  });

  it('without an entry is verified too', async () => {
    expect(await verify(anExport([]))).toMatchObject({ verified: true, entryCount: 0, projectionCount: 0 });
  });

  it('is not read into memory where it has no lines', async () => {
    const endless = chunksOf(new Uint8Array(17 * 1024 * 1024));
    await expect(checkExport(endless)).rejects.toThrow('more than 16 MB');
  });
});

/** Moves money between cost and P&L within one entry, which keeps its sums. */
function moveRealized(_: unknown, entry: any): void {
  const [realized] = entry.postings.filter(({ account }: any) => account.startsWith('realized:'));
  const [cost] = entry.postings.filter(
    (line: any) => line.account.startsWith('position:') && line.asset === 'USDT',
  );
  realized.amount = `${BigInt(realized.amount) + UNIT}`;
  cost.amount = `${BigInt(cost.amount) - UNIT}`;
}
