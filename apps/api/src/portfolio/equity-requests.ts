import type { AccountId } from '@sextant/kernel';
import { equityWidths } from '@sextant/portfolio';
import type { EquityWidth } from '@sextant/portfolio';
import { Field } from '../http/index.js';

export class EquityQuery {
  @Field.id('acc', { description: 'Which account; left out: all, as one sum.', optional: true })
  accountId?: AccountId;

  @Field.text({
    description: 'Only accounts at this venue.',
    example: 'PAPER',
    optional: true,
    maxLength: 40,
    pattern: /^[A-Za-z0-9_-]+$/,
    rule: 'the name of a venue such as PAPER',
  })
  venue?: string;

  @Field.text({
    description: 'What to state the values in; left out: the reporting asset of the first account.',
    example: 'USDT',
    optional: true,
    maxLength: 20,
    pattern: /^[A-Z0-9]+$/,
    rule: 'an asset such as USDT: capital letters and digits',
  })
  asset?: string;

  @Field.choice(Object.keys(equityWidths) as EquityWidth[], {
    description: 'Width of the intervals; left out: the finest of at most 500 points.',
    example: '1h',
    optional: true,
  })
  interval?: EquityWidth;

  @Field.time({
    description: 'First instant, inclusive; left out: thirty days before `to`, 500 intervals at the most.',
    optional: true,
  })
  from?: number;

  @Field.time({ description: 'Last instant, exclusive; left out: now.', optional: true })
  to?: number;
}
