import type { ConnectionView } from '@sextant/exchange';
import { Field } from '../http/index.js';

const STATUSES = ['ACTIVE', 'INVALID', 'QUARANTINED', 'DISCONNECTED'];

export class ConnectionReasonAnswer {
  @Field.text({ description: 'Code.', example: 'KEY_MAY_WITHDRAW' })
  code!: string;

  @Field.text({ description: 'For people.', example: 'The key may withdraw.', maxLength: 500 })
  detail!: string;
}

export class TradingAnswer {
  @Field.choice(['ENABLED', 'DISABLED'], {
    description: 'Whether new orders of the account go out.',
    example: 'ENABLED',
  })
  state!: string;

  @Field.text({
    description: 'Why not: LIVE_TRADING_DISABLED or CONNECTION_NOT_ACTIVE; null when they do.',
    nullable: true,
    example: null,
  })
  code!: string | null;

  @Field.text({ description: 'For people.', example: 'Orders of this account go out.' })
  detail!: string;
}

export class PermissionsAnswer {
  @Field.flag({
    description: 'Reads the account; null: the venue does not tell.',
    nullable: true,
    example: true,
  })
  read!: boolean | null;

  @Field.flag({ description: 'Trades.', nullable: true, example: true })
  trade!: boolean | null;

  @Field.flag({
    description: 'Withdraws. Never true of an ACTIVE connection.',
    nullable: true,
    example: false,
  })
  withdraw!: boolean | null;

  @Field.flag({ description: 'Transfers out of the account.', nullable: true, example: false })
  transfer!: boolean | null;

  @Field.flag({ description: 'Works from listed addresses only.', nullable: true, example: true })
  ipRestricted!: boolean | null;
}

export class ConnectionAnswer {
  @Field.id('con', { description: 'Id of the connection.' })
  connectionId!: string;

  @Field.id('acc', { description: 'The account it reaches.' })
  accountId!: string;

  @Field.text({ description: 'The venue.', example: 'BINANCE' })
  venue!: string;

  @Field.text({ description: 'Its name.', example: 'Binance main' })
  label!: string;

  @Field.choice(STATUSES, {
    description:
      'QUARANTINED: the key may take money out, or nobody knows; it places nothing. INVALID: the venue does not take it.',
    example: 'ACTIVE',
  })
  status!: string;

  @Field.object(() => ConnectionReasonAnswer, {
    description: 'Why it is INVALID or QUARANTINED, else null.',
    nullable: true,
    example: { code: 'KEY_MAY_WITHDRAW', detail: 'The key may withdraw.' },
  })
  reason!: ConnectionReasonAnswer | null;

  @Field.object(() => TradingAnswer, { description: 'Whether orders on the account go out.' })
  trading!: TradingAnswer;

  @Field.text({ description: 'Own base address, for rehearsals.', nullable: true, example: null })
  endpoint!: string | null;

  @Field.text({
    description: 'Last 4 characters of the key id; empty for a short one.',
    example: 'w3Xe',
    minLength: 0,
    maxLength: 4,
  })
  keyHint!: string;

  @Field.object(() => PermissionsAnswer, { description: 'What the key may do, as the venue told last.' })
  permissions!: PermissionsAnswer;

  @Field.text({
    description: 'Who accepted that the venue does not tell all rights of the key; a user or key id.',
    nullable: true,
    example: null,
  })
  acknowledgedBy!: string | null;

  @Field.time({
    description: 'When the venue last gave a verdict on the key.',
    example: '2026-01-31T12:00:00.000Z',
  })
  validatedAt!: string;

  @Field.integer({ description: 'Grows with each change; the ETag.', example: 1 })
  version!: number;

  @Field.time({ description: 'When it was added.', example: '2026-01-31T12:00:00.000Z' })
  createdAt!: string;

  @Field.time({ description: 'When it changed last.', example: '2026-01-31T12:00:00.000Z' })
  updatedAt!: string;

  static of(view: ConnectionView): ConnectionAnswer {
    const { validatedAt, createdAt, updatedAt } = view;
    return { ...view, validatedAt: iso(validatedAt), createdAt: iso(createdAt), updatedAt: iso(updatedAt) };
  }
}

function iso(epochMs: number): string {
  return new Date(epochMs).toISOString();
}
