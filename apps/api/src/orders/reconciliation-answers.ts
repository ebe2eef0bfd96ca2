import { discrepancyClasses, reconciliationTriggers, roundOutcomes } from '@sextant/execution';
import type { ReconcileNowResult, ReconciliationView } from '@sextant/execution';
import { Field } from '../http/index.js';

export class DifferenceAnswer {
  @Field.choice(['BALANCE', 'TRADE', 'POSITION'], { description: 'What was compared.', example: 'BALANCE' })
  subject!: string;

  @Field.choice(discrepancyClasses, {
    description:
      'What it is. IN_FLIGHT: it moves still. DUST: within the tolerance of the asset. MISSING_FILL: a trade that nobody had ' +
      'told, fetched and booked. FEE: charged late, or changed. FUNDING: paid or charged for a perpetual. UNKNOWN_DEPOSIT, ' +
      'UNKNOWN_WITHDRAWAL: all trades are booked, and money came or went. UNEXPLAINED: none of these.',
    example: 'UNKNOWN_DEPOSIT',
  })
  classification!: string;

  @Field.choice(['BOOKED', 'PASSING', 'NOTED', 'OPEN'], {
    description:
      'BOOKED: taken over by a posting. PASSING: the next comparison tells. NOTED: no money is missing. OPEN: a person has ' +
      'to look.',
    example: 'OPEN',
  })
  status!: string;

  @Field.text({ description: 'What the amounts are of.', example: 'BTC' })
  asset!: string;

  @Field.symbol({ description: 'The market, of a trade or a position.', nullable: true, example: null })
  symbol!: string | null;

  @Field.decimal({ description: 'What is booked.', sum: true, example: '1' })
  ledger!: string;

  @Field.decimal({
    description: 'What the venue says; of a balance free and locked.',
    sum: true,
    example: '1.5',
  })
  venue!: string;

  @Field.decimal({ description: 'venue − ledger.', sum: true, nullable: true, example: '0.5' })
  difference!: string | null;

  @Field.id('ltx', {
    description: 'The ledger transaction that took it over.',
    nullable: true,
    example: null,
  })
  correctedBy!: string | null;

  @Field.facts({
    description: 'What the classification rests on: the trade, who said it, when.',
    example: {},
  })
  evidence!: object;

  @Field.text({
    description: 'What to do now; null where nothing is to be done.',
    maxLength: 2_000,
    nullable: true,
    example: 'If it was paid in: POST /api/reconciliations …',
  })
  hint!: string | null;
}

export class ComparedTradesAnswer {
  @Field.time({ description: 'First instant, inclusive.', example: '2026-01-01T00:00:00.000Z' })
  from!: string;

  @Field.time({ description: 'Last instant, exclusive.', example: '2026-01-02T00:00:00.000Z' })
  until!: string;

  @Field.integer({ description: 'How many the venue listed.', example: 12 })
  listed!: number;

  static of(trades: ReconciliationView['trades']): ComparedTradesAnswer | null {
    return trades && { from: iso(trades.from), until: iso(trades.until), listed: trades.listed };
  }
}

class ComparisonAnswer {
  @Field.id('acc', { description: 'The account.' })
  accountId!: string;

  @Field.choice(roundOutcomes, {
    description:
      'What it came to. IN_FLIGHT: something moved meanwhile. UNREACHABLE: the venue did not answer. CORRECTED: what ' +
      'differed is booked, with its evidence. DIFFERENT: something is left that nothing explains.',
    example: 'DIFFERENT',
  })
  outcome!: string;

  @Field.list(() => DifferenceAnswer, { description: 'What was found, each with its evidence.', max: 10_000 })
  differences!: DifferenceAnswer[];

  @Field.object(() => ComparedTradesAnswer, {
    description: 'Of which time trades were compared one by one; null where they were not.',
    nullable: true,
    example: { from: '2026-01-01T00:00:00.000Z', until: '2026-01-02T00:00:00.000Z', listed: 12 },
  })
  trades!: ComparedTradesAnswer | null;

  @Field.flag({ description: 'True: no new orders since, until one agrees.', example: false })
  halted!: boolean;
}

export class ReconciliationAnswer extends ComparisonAnswer {
  @Field.id('rec', { description: 'Id of the comparison.' })
  id!: string;

  @Field.choice(reconciliationTriggers, { description: 'What set it off.', example: 'SCHEDULE' })
  trigger!: string;

  @Field.text({
    description: 'Who asked, or the part of the platform that did.',
    example: 'sextant:reconciliation',
  })
  actor!: string;

  @Field.integer({ description: 'How long it took, in milliseconds.', example: 140 })
  durationMs!: number;

  @Field.time({ description: 'When.', example: '2026-01-01T00:00:00.000Z' })
  comparedAt!: string;

  static of(view: ReconciliationView): ReconciliationAnswer {
    return { ...view, trades: ComparedTradesAnswer.of(view.trades), comparedAt: iso(view.comparedAt) };
  }
}

export class ReconciledAnswer extends ComparisonAnswer {
  @Field.id('rec', { description: 'Id of the comparison.', nullable: true })
  id!: string | null;

  @Field.flag({ description: 'Whether the account takes new orders.', example: true })
  reconciled!: boolean;

  static of(result: ReconcileNowResult): ReconciledAnswer {
    return { ...result, trades: ComparedTradesAnswer.of(result.trades) };
  }
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
