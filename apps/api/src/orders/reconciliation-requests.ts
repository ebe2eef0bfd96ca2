import { discrepancyClasses, reconciliationTriggers, roundOutcomes } from '@sextant/execution';
import type { DiscrepancyClass, ReconciliationTrigger, RoundOutcome } from '@sextant/execution';
import type { AccountId } from '@sextant/kernel';
import { Field, PageQuery } from '../http/index.js';

export class AcceptedDifferenceRequest {
  @Field.text({
    description: 'The asset.',
    example: 'USDT',
    maxLength: 40,
    pattern: /^[A-Za-z0-9._-]+$/,
    rule: 'an asset as the comparison names it',
  })
  asset!: string;

  @Field.decimal({
    description: 'The difference as it was told, venue − ledger: it is booked only while it is exactly this.',
    example: '250',
  })
  difference!: string;

  @Field.choice(['TRANSFER', 'CORRECTION'], {
    description:
      'TRANSFER: it came from outside or went there; a deposit or a withdrawal, never P&L. CORRECTION: anything else; it is ' +
      'kept apart under `suspense`.',
    example: 'TRANSFER',
  })
  as!: 'TRANSFER' | 'CORRECTION';

  @Field.text({
    description: 'Who knows, and from where. It stays with the booking.',
    example: 'Paid in by bank transfer',
    maxLength: 500,
  })
  note!: string;
}

export class ReconcileRequest {
  static readonly examples = {
    compare: {},
    accept: {
      accept: [{ asset: 'USDT', difference: '250', as: 'TRANSFER', note: 'Paid in by bank transfer' }],
    },
  };

  @Field.id('acc', { description: 'The account; may be left out when there is exactly one.', optional: true })
  accountId?: AccountId;

  @Field.list(() => AcceptedDifferenceRequest, {
    description:
      'Differences that somebody can explain. Only of a LIVE account: play money is deposited here.',
    max: 100,
    optional: true,
  })
  accept?: AcceptedDifferenceRequest[];
}

export class ListReconciliationsQuery extends PageQuery {
  @Field.id('acc', { description: 'Only those of this account.', optional: true })
  accountId?: AccountId;

  @Field.choice(roundOutcomes, { description: 'Only those that came to this.', optional: true })
  outcome?: RoundOutcome;

  @Field.choice(reconciliationTriggers, { description: 'Only those that this set off.', optional: true })
  trigger?: ReconciliationTrigger;

  @Field.choice(discrepancyClasses, {
    description: 'Only those that found something of this class.',
    optional: true,
  })
  classification?: DiscrepancyClass;

  @Field.text({
    description: 'Only those that found something in this asset.',
    example: 'BTC',
    maxLength: 40,
    pattern: /^[A-Za-z0-9._-]+$/,
    rule: 'an asset',
    optional: true,
  })
  asset?: string;

  @Field.flag({
    description: 'Only those after which the account took no new orders, or did.',
    optional: true,
  })
  halted?: boolean;

  @Field.time({ description: 'First instant, inclusive.', optional: true })
  from?: number;

  @Field.time({ description: 'Last instant, exclusive.', optional: true })
  to?: number;
}
