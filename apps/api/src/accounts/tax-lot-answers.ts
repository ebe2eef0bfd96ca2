import { LOT_METHODS } from '@sextant/portfolio';
import type { DisposalView, LotMethod, LotView, TaxLine, TaxLotsView } from '@sextant/portfolio';
import { DecimalString, Field, PageInfo, PageQuery } from '../http/index.js';
import type { CsvColumns } from '../http/index.js';

const TIME = '2026-01-31T12:00:00.000Z';
const TRANSACTION = 'ltx_0193476e0f2c7d3a9b1c5e8f7a6b4c2d';
const KINDS = ['TRADE', 'FEE', 'DERIVATIVE', 'WITHDRAWAL', 'TRANSFER', 'CORRECTION'];

export class TaxLotsQuery extends PageQuery {
  @Field.choice(LOT_METHODS, {
    description:
      'Which lot goes first: the oldest, the newest, the dearest; or all are one at their average cost.',
    optional: true,
    default: 'FIFO',
  })
  method?: LotMethod;

  @Field.integer({
    description: 'Only what was realized in this calendar year, UTC; left out: all, up to now.',
    optional: true,
    min: 2009,
    max: 2999,
    example: 2026,
  })
  year?: number;

  @Field.choice(['json', 'csv'], {
    description: 'Decides before `Accept`; `csv` has every row, not a page.',
    optional: true,
  })
  format?: 'json' | 'csv';
}

export class DisposalAnswer {
  @Field.text({ description: 'Asset; of a DERIVATIVE its market.', example: 'BTC' })
  asset!: string;

  @Field.choice(KINDS, {
    description:
      'TRADE, FEE and DERIVATIVE (the net result of a perpetual) realize a gain; the others move lots out at their cost.',
    example: 'TRADE',
  })
  kind!: string;

  @DecimalString({ description: 'How much.', example: '1' })
  quantity!: string;

  @Field.time({ description: 'When it was bought.', example: TIME })
  acquiredAt!: string;

  @Field.time({
    description: 'When it was sold; before `acquiredAt` where it was bought back.',
    example: TIME,
  })
  disposedAt!: string;

  @Field.integer({ description: 'Whole days between the two.', example: 12 })
  heldDays!: number;

  @DecimalString({ sum: true, description: 'What was paid, fees in it.', nullable: true, example: '100.1' })
  cost!: string | null;

  @DecimalString({
    sum: true,
    description: 'What was received, fees out of it; null where nothing was sold.',
    nullable: true,
    example: '129.87',
  })
  proceeds!: string | null;

  @DecimalString({ sum: true, description: 'proceeds − cost.', nullable: true, example: '29.77' })
  gain!: string | null;

  @Field.text({ description: 'Ledger transaction that brought it.', example: TRANSACTION })
  acquiredBy!: string;

  @Field.text({ description: 'Ledger transaction that took it.', example: TRANSACTION })
  disposedBy!: string;

  static of(view: DisposalView): DisposalAnswer {
    return { ...view, acquiredAt: iso(view.acquiredAt), disposedAt: iso(view.disposedAt) };
  }
}

export class LotAnswer {
  @Field.text({ description: 'Asset.', example: 'BTC' })
  asset!: string;

  @Field.choice(['LONG', 'SHORT'], { description: 'SHORT: sold before it was there.', example: 'LONG' })
  side!: string;

  @DecimalString({ sum: true, description: 'How much is left.', example: '0.5' })
  quantity!: string;

  @Field.time({ description: 'Since when; of an average the oldest in it.', example: TIME })
  acquiredAt!: string;

  @DecimalString({
    sum: true,
    description: 'What is left of its cost, fees in it; null where this ledger does not know it.',
    nullable: true,
    example: '60.06',
  })
  cost!: string | null;

  @DecimalString({ sum: true, description: 'cost / quantity.', nullable: true, example: '120.12' })
  unitCost!: string | null;

  @Field.text({ description: 'Ledger transaction that brought it.', example: TRANSACTION })
  acquiredBy!: string;

  static of(view: LotView): LotAnswer {
    return { ...view, acquiredAt: iso(view.acquiredAt) };
  }
}

export class TaxTotalsAnswer {
  @Field.integer({ description: 'Disposals that realize something.', example: 2 })
  disposals!: number;

  @Field.integer({ description: 'Of them those with an unknown cost or proceeds.', example: 0 })
  unknown!: number;

  @DecimalString({
    sum: true,
    description: 'Null while a part is unknown.',
    nullable: true,
    example: '160.16',
  })
  cost!: string | null;

  @DecimalString({
    sum: true,
    description: 'Null while a part is unknown.',
    nullable: true,
    example: '194.805',
  })
  proceeds!: string | null;

  @DecimalString({
    sum: true,
    description: 'Null while a part is unknown.',
    nullable: true,
    example: '34.645',
  })
  gain!: string | null;

  @DecimalString({ sum: true, description: 'Of what is known.', example: '34.645' })
  knownGain!: string;
}

export class TaxLotsAnswer {
  @Field.choice(LOT_METHODS, { description: 'Which lot went first.', example: 'FIFO' })
  method!: string;

  @Field.integer({ description: 'The year; null: all.', nullable: true, example: 2026 })
  year!: number | null;

  @Field.text({ description: "What amounts are in: the account's reporting asset.", example: 'USDT' })
  asset!: string;

  @Field.list(() => DisposalAnswer, { description: 'A page of disposals, by time.', max: 500 })
  data!: DisposalAnswer[];

  @Field.object(() => PageInfo, { description: 'Where to go on.' })
  page!: PageInfo;

  @Field.object(() => TaxTotalsAnswer, { description: 'Over all of them, not the page.' })
  totals!: TaxTotalsAnswer;

  @Field.list(() => LotAnswer, {
    description: 'What is left at the end of the year, or now.',
    max: 1_000_000,
  })
  lots!: LotAnswer[];

  @Field.time({ description: 'When it was read.', example: TIME })
  asOf!: string;

  static of(view: TaxLotsView): TaxLotsAnswer {
    return {
      ...view,
      data: view.data.map(DisposalAnswer.of),
      lots: view.lots.map(LotAnswer.of),
      asOf: iso(view.asOf),
    };
  }
}

/** One table for both: what went with both its ends, then what is left with one. */
export const TAX_LOT_COLUMNS: CsvColumns<TaxLine> = {
  type: ({ type }) => type,
  kind: (line) => (line.type === 'DISPOSAL' ? line.disposal.kind : line.lot.side),
  asset: (line) => rowOf(line).asset,
  quantity: (line) => rowOf(line).quantity,
  acquiredAt: (line) => iso(rowOf(line).acquiredAt),
  disposedAt: (line) => (line.type === 'DISPOSAL' ? iso(line.disposal.disposedAt) : null),
  heldDays: (line) => (line.type === 'DISPOSAL' ? String(line.disposal.heldDays) : null),
  cost: (line) => rowOf(line).cost,
  proceeds: (line) => (line.type === 'DISPOSAL' ? line.disposal.proceeds : null),
  gain: (line) => (line.type === 'DISPOSAL' ? line.disposal.gain : null),
  currency: ({ currency }) => currency,
  acquiredBy: (line) => rowOf(line).acquiredBy,
  disposedBy: (line) => (line.type === 'DISPOSAL' ? line.disposal.disposedBy : null),
};

function rowOf(line: TaxLine): DisposalView | LotView {
  return line.type === 'DISPOSAL' ? line.disposal : line.lot;
}

function iso(epochMs: number): string {
  return new Date(epochMs).toISOString();
}
