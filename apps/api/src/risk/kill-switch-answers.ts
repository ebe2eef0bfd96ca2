import { killModes, OPERATOR } from '@sextant/risk';
import type {
  ActiveKillSwitch,
  KillMode,
  KillSwitch,
  KillSwitchOutcome,
  LiquidationProgress,
} from '@sextant/risk';
import { Field } from '../http/index.js';
import { KillSwitchScope } from './kill-switch-requests.js';

class RemainingPosition {
  @Field.symbol({ description: 'The market.' })
  symbol!: string;

  @Field.decimal({
    description: 'What is still held, in base; negative for a short position.',
    example: '0.25',
  })
  quantity!: string;
}

class LiquidationAnswer {
  @Field.id('acc', { description: 'The account.' })
  accountId!: string;

  @Field.choice(['CANCELING', 'CLOSING', 'FLAT', 'NEEDS_PERSON'], {
    description:
      'CANCELING: orders are still live. CLOSING: market orders are on their way. FLAT: nothing is left but what is too small ' +
      'to be sold. NEEDS_PERSON: it goes on trying; `detail` says what stands in the way.',
    example: 'CLOSING',
  })
  state!: string;

  @Field.list(() => RemainingPosition, { description: 'Positions that are still open.' })
  remaining!: RemainingPosition[];

  @Field.integer({ description: 'Orders of the scope that are still live.', example: 0 })
  liveOrders!: number;

  @Field.integer({ description: 'Market orders placed for it so far.', example: 1 })
  closingOrders!: number;

  @Field.text({ description: 'What stands in the way.', nullable: true, maxLength: 1_000, example: null })
  detail!: string | null;

  static of({ accountId, state, remaining, liveOrders, closingOrders, detail }: LiquidationProgress) {
    return Object.assign(new LiquidationAnswer(), {
      accountId,
      state,
      remaining,
      liveOrders,
      closingOrders,
      detail,
    });
  }
}

class KillSwitchFields {
  @Field.id('ksw', { description: 'This change of the switch.' })
  switchId!: string;

  @Field.choice([...killModes].reverse(), {
    description: 'What it lets through.',
    nullable: true,
    example: 'HALT',
  })
  mode!: KillMode | null;

  @Field.object(() => KillSwitchScope, { description: 'What it is for.' })
  scope!: KillSwitchScope;

  @Field.text({ description: 'Why.', maxLength: 500, example: 'feed of the venue looks wrong' })
  reason!: string;

  @Field.time({ description: 'Since when.', example: '2026-01-31T12:00:00.000Z' })
  since!: string;

  @Field.text({ description: 'Who did it.', example: 'user:usr_0193476e0f2c7d3a9b1c5e8f7a6b4c2d' })
  by!: string;

  @Field.flag({
    description: "The operator's, for every tenant: only the terminal releases it.",
    example: false,
  })
  byOperator!: boolean;

  @Field.flag({ description: 'Whether resting orders are cancelled.', example: false })
  cancelOrders!: boolean;

  @Field.texts({
    example: ['10.0.0.7:4021/0193476e0f2c7d3a'],
    description: 'Processes that own accounts and have it in force.',
    maxLength: 300,
    max: 10_000,
  })
  confirmed!: string[];
}

class UnconfirmedProcess {
  @Field.text({ description: 'The process.', maxLength: 300, example: '10.0.0.7:4021/0193476e0f2c7d3a' })
  process!: string;

  @Field.texts({
    example: ['acc_0193476e0f2c7d3a9b1c5e8f7a6b4c2d'],
    description: 'Its accounts, as far as the database says.',
    max: 1_000,
  })
  accountIds!: string[];
}

export class KillSwitchChangeAnswer extends KillSwitchFields {
  @Field.flag({ description: 'False: it was on already, just so.', example: true })
  changed!: boolean;

  @Field.choice(['DATABASE', 'FILE'], {
    description:
      'FILE: the database is away; it is on disk here, survives a crash, and is stored when it is back.',
    example: 'DATABASE',
  })
  keptIn!: string;

  @Field.list(() => UnconfirmedProcess, {
    description: 'Processes that did not confirm in time; they read it with their next heartbeat.',
    max: 10_000,
  })
  unconfirmed!: UnconfirmedProcess[];

  static of({
    killSwitch,
    changed,
    keptIn,
    confirmed,
    unconfirmed,
  }: KillSwitchOutcome): KillSwitchChangeAnswer {
    const fields = { ...fieldsOf(killSwitch), changed, keptIn, confirmed, unconfirmed };
    return Object.assign(new KillSwitchChangeAnswer(), fields);
  }
}

export class ActiveKillSwitchAnswer extends KillSwitchFields {
  @Field.texts({
    example: [],
    description: 'Processes that have not got it yet.',
    maxLength: 300,
    max: 10_000,
  })
  unconfirmed!: string[];

  @Field.list(() => LiquidationAnswer, {
    description: 'Of a LIQUIDATE: how far each account is, as its owner says now.',
    max: 10_000,
  })
  liquidations!: LiquidationAnswer[];

  static of({ killSwitch, confirmed, unconfirmed, liquidations }: ActiveKillSwitch): ActiveKillSwitchAnswer {
    return Object.assign(new ActiveKillSwitchAnswer(), {
      ...fieldsOf(killSwitch),
      confirmed,
      unconfirmed,
      liquidations: liquidations.map((each) => LiquidationAnswer.of(each)),
    });
  }
}

export class KillSwitchesAnswer {
  @Field.list(() => ActiveKillSwitchAnswer, {
    description: 'Those that are on, the strictest first.',
    max: 10_000,
  })
  data!: ActiveKillSwitchAnswer[];
}

function fieldsOf(word: KillSwitch) {
  return {
    switchId: word.switchId,
    mode: word.mode,
    scope: KillSwitchScope.of(word.scope),
    reason: word.reason,
    since: new Date(word.at).toISOString(),
    by: word.actor,
    byOperator: word.tenantId === OPERATOR,
    cancelOrders: word.cancelOrders,
  };
}
