import { parseScaled } from '@sextant/kernel';
import { DecimalString, Field, PageQuery } from '../http/index.js';

const ASSET = /^[A-Z0-9]{1,20}$/;
const VENUE = /^[A-Za-z0-9_-]+$/;
const PRINTABLE = /^[ -~\u00a0-\uffff]+$/;
const VENUE_RULE = 'a name of letters, digits, _ and -';

export class HoldingRequest {
  @Field.text({
    description: 'Asset.',
    example: 'BTC',
    maxLength: 20,
    pattern: ASSET,
    rule: 'an asset such as BTC: capital letters and digits',
  })
  asset!: string;

  @DecimalString({ description: 'How much is there.', example: '1.25' })
  quantity!: string;
}

export class WatchWalletRequest {
  @Field.text({
    description: 'A name to know it by.',
    example: 'Cold storage',
    maxLength: 100,
    pattern: PRINTABLE,
    rule: 'without control characters',
  })
  name!: string;

  @Field.text({
    description: 'Where the address is: a chain, or a venue.',
    example: 'BITCOIN',
    maxLength: 40,
    pattern: VENUE,
    rule: VENUE_RULE,
  })
  venue!: string;

  @Field.text({
    description: 'The address, or what the venue calls the account.',
    example: 'bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq',
    maxLength: 200,
    pattern: /^[!-~]+$/,
    rule: 'printable characters without spaces',
  })
  address!: string;

  @Field.list(() => HoldingRequest, { description: 'What it holds.', optional: true, max: 500 })
  holdings?: HoldingRequest[];
}

export class StateHoldingsRequest {
  @Field.list(() => HoldingRequest, {
    description: 'All that it holds; what is not listed is gone.',
    max: 500,
  })
  holdings!: HoldingRequest[];

  @Field.time({
    description: 'When that was so; left out: now.',
    example: '2026-01-31T12:00:00.000Z',
    optional: true,
  })
  statedAt?: number;
}

export class WalletsQuery extends PageQuery {
  @Field.text({
    description: 'Only wallets at this venue or chain.',
    example: 'BITCOIN',
    optional: true,
    maxLength: 40,
    pattern: VENUE,
    rule: VENUE_RULE,
  })
  venue?: string;
}

export function unitsOf(holdings: readonly HoldingRequest[]): { asset: string; units: bigint }[] {
  return holdings.map(({ asset, quantity }) => ({ asset, units: parseScaled(quantity) }));
}
