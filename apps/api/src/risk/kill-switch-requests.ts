import { DomainError } from '@sextant/kernel';
import type { AccountId } from '@sextant/kernel';
import { killModes } from '@sextant/risk';
import type { KillMode, SwitchScope } from '@sextant/risk';
import { Field } from '../http/index.js';

const REASON = 'Why, for whoever finds it. Kept in the audit log.';

/** Exactly one of its members says what a switch is for. */
export class KillSwitchScope {
  @Field.id('acc', { description: 'One account.', optional: true })
  accountId?: AccountId;

  @Field.text({
    description: 'Every order of a strategy, in all accounts.',
    maxLength: 64,
    optional: true,
    example: 'grid',
  })
  strategy?: string;

  @Field.symbol({ description: 'Every order in a market.', optional: true })
  symbol?: string;

  @Field.text({ description: 'Every order at a venue.', maxLength: 32, optional: true, example: 'PAPER' })
  venue?: string;

  @Field.flag({ description: '`true`: everything.', optional: true, example: true })
  all?: boolean;

  static of({ kind, value }: SwitchScope): KillSwitchScope {
    const scope = new KillSwitchScope();
    if (kind === 'ACCOUNT') scope.accountId = value as AccountId;
    if (kind === 'STRATEGY') scope.strategy = value;
    if (kind === 'SYMBOL') scope.symbol = value;
    if (kind === 'VENUE') scope.venue = value;
    if (kind === 'ALL') scope.all = true;
    return scope;
  }
}

export class SetKillSwitchRequest {
  static readonly examples = {
    strategy: { mode: 'HALT', scope: { strategy: 'grid' }, reason: 'it trades against itself' },
  };

  @Field.choice([...killModes].reverse(), {
    description:
      'HALT: nothing new is sent. REDUCE_ONLY: only what makes a position smaller. LIQUIDATE: orders are cancelled and ' +
      'positions closed at the market. Cancellations always go out.',
    example: 'HALT',
  })
  mode!: KillMode;

  @Field.object(() => KillSwitchScope, { description: 'What it is for: exactly one member.' })
  scope!: KillSwitchScope;

  @Field.text({ description: REASON, maxLength: 500, example: 'feed of the venue looks wrong' })
  reason!: string;

  @Field.flag({
    description:
      'Cancels the resting orders of the scope too, protective ones included. LIQUIDATE always does. Left out: they stay.',
    optional: true,
    default: false,
  })
  cancelOrders?: boolean;
}

export class ReleaseKillSwitchRequest {
  static readonly examples = {
    strategy: { scope: { strategy: 'grid' }, reason: 'fixed in 1.4.2, tried on paper' },
  };

  @Field.object(() => KillSwitchScope, {
    description: 'The scope that it was switched on for: exactly one member.',
  })
  scope!: KillSwitchScope;

  @Field.text({ description: REASON, maxLength: 500, example: 'feed is back, books reconciled' })
  reason!: string;
}

/** @throws DomainError KILL_SWITCH_SCOPE_INVALID */
export function scopeOf({ accountId, strategy, symbol, venue, all }: KillSwitchScope): SwitchScope {
  const named = [
    accountId && { kind: 'ACCOUNT' as const, value: accountId },
    strategy && { kind: 'STRATEGY' as const, value: strategy },
    symbol && { kind: 'SYMBOL' as const, value: symbol },
    venue && { kind: 'VENUE' as const, value: venue },
    all === true && { kind: 'ALL' as const, value: '' },
  ].filter((scope) => typeof scope === 'object');
  const [scope] = named;
  if (scope !== undefined && named.length === 1) return scope;
  throw new DomainError(
    'KILL_SWITCH_SCOPE_INVALID',
    'Exactly one of accountId, strategy, symbol, venue and all: true says what the switch is for.',
    { pointer: '/scope' },
  );
}
