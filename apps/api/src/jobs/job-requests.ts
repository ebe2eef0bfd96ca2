import type { AccountId } from '@sextant/kernel';
import { jobStatuses } from '@sextant/platform';
import type { JobStatus } from '@sextant/platform';
import { Field, PageQuery } from '../http/index.js';

export class ListJobsQuery extends PageQuery {
  @Field.text({
    description: 'Only jobs of this kind.',
    example: 'PORTFOLIO_IMPORT',
    optional: true,
    maxLength: 40,
    pattern: /^[A-Z_]+$/,
    rule: 'the name of a kind',
  })
  kind?: string;

  @Field.choices(jobStatuses, { description: 'Only jobs in one of these states.', optional: true })
  status?: JobStatus[];

  @Field.id('acc', { description: 'Only jobs about this account.', optional: true })
  accountId?: AccountId;
}
