import { Command, CommandHandler } from '@nestjs/cqrs';
import type { ICommandHandler } from '@nestjs/cqrs';
import type { AccountId } from '@sextant/kernel';
import { AccountOwner } from '@sextant/platform';
import type { MarginMode } from '@sextant/portfolio';
import { accountCommands } from '../account/commands-of-account.js';

/** `symbol` in any spelling. */
export type MarginWish =
  | { kind: 'LEVERAGE'; symbol: string; leverage: number }
  | { kind: 'MARGIN_MODE'; symbol: string; marginMode: MarginMode }
  | { kind: 'POSITION_MODE'; hedged: boolean };

export type ChangeMarginPayload = { wish: MarginWish; actor: string; waitMs: number };

/** How the account holds perpetuals now; of a market only where the wish was about one. */
export type ChangeMarginResult = {
  accountId: AccountId;
  symbol: string | null;
  leverage: number | null;
  marginMode: MarginMode | null;
  hedged: boolean;
};

const WAIT_MS = 15_000;

/** Sets leverage, margin mode or position mode of a LIVE account at its venue. */
export class ChangeMargin extends Command<ChangeMarginResult> {
  constructor(
    readonly accountId: AccountId,
    readonly wish: MarginWish,
    readonly actor: string,
  ) {
    super();
  }
}

@CommandHandler(ChangeMargin)
export class ChangeMarginHandler implements ICommandHandler<ChangeMargin> {
  constructor(private readonly owner: AccountOwner) {}

  /**
   * @throws DomainError UNKNOWN_SYMBOL, MARGIN_NOT_AVAILABLE, MARGIN_IN_USE, MARGIN_REFUSED, MARGIN_UNCONFIRMED,
   * ACCOUNT_OWNER_UNREACHABLE
   */
  async execute({ accountId, wish, actor }: ChangeMargin): Promise<ChangeMarginResult> {
    const payload = { wish, actor, waitMs: WAIT_MS };
    return (await this.owner.execute(accountId, accountCommands.margin, payload)) as ChangeMarginResult;
  }
}
