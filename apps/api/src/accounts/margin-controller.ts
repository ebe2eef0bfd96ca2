import { Body, Controller, Put } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ChangeMargin } from '@sextant/execution';
import type { MarginWish } from '@sextant/execution';
import { actorOf } from '@sextant/identity';
import type { Principal } from '@sextant/identity';
import type { AccountId } from '@sextant/kernel';
import { Access, CurrentPrincipal } from '../auth/index.js';
import { IdParam, Problems } from '../http/index.js';
import { LeverageRequest, MarginAnswer, MarginModeRequest, PositionModeRequest } from './margin-requests.js';

const CODES = [
  'ACCOUNT_NOT_FOUND',
  'MARGIN_NOT_AVAILABLE',
  'MARGIN_IN_USE',
  'MARGIN_REFUSED',
  'MARGIN_UNCONFIRMED',
  'ACCOUNT_OWNER_UNREACHABLE',
  'ACCOUNT_SESSION_CLOSED',
  'COMMIT_PENDING',
];
const WHILE_OPEN = 'Refused while a position or an order is open. What is so already stays and is answered.';

/** How an account holds perpetuals. */
@ApiTags('Accounts')
@Problems('DATABASE_UNAVAILABLE')
@Controller('api/accounts')
export class MarginController {
  constructor(private readonly commands: CommandBus) {}

  @Put(':id/leverage')
  @Access({ scope: 'trade', role: 'trader', accountParam: 'id' })
  @ApiOperation({ summary: 'Set the leverage of a perpetual at the venue', description: WHILE_OPEN })
  @ApiOkResponse({ type: MarginAnswer, description: 'What the venue says now.' })
  @Problems('UNKNOWN_SYMBOL', ...CODES)
  leverage(
    @CurrentPrincipal() principal: Principal,
    @IdParam('id', 'acc') accountId: AccountId,
    @Body() { symbol, leverage }: LeverageRequest,
  ): Promise<MarginAnswer> {
    return this.change(principal, accountId, { kind: 'LEVERAGE', symbol, leverage });
  }

  @Put(':id/margin-mode')
  @Access({ scope: 'trade', role: 'trader', accountParam: 'id' })
  @ApiOperation({ summary: 'Set the margin mode of a perpetual at the venue', description: WHILE_OPEN })
  @ApiOkResponse({ type: MarginAnswer, description: 'What the venue says now.' })
  @Problems('UNKNOWN_SYMBOL', ...CODES)
  marginMode(
    @CurrentPrincipal() principal: Principal,
    @IdParam('id', 'acc') accountId: AccountId,
    @Body() { symbol, marginMode }: MarginModeRequest,
  ): Promise<MarginAnswer> {
    return this.change(principal, accountId, { kind: 'MARGIN_MODE', symbol, marginMode });
  }

  @Put(':id/position-mode')
  @Access({ scope: 'trade', role: 'trader', accountParam: 'id' })
  @ApiOperation({
    summary: 'Net positions, or keep long and short apart, at the venue',
    description:
      `Of all markets of the account. ${WHILE_OPEN} In hedge mode the account is read and reconciled, ` +
      'and takes no orders from here.',
  })
  @ApiOkResponse({ type: MarginAnswer, description: 'What the venue says now.' })
  @Problems(...CODES)
  positionMode(
    @CurrentPrincipal() principal: Principal,
    @IdParam('id', 'acc') accountId: AccountId,
    @Body() { positionMode }: PositionModeRequest,
  ): Promise<MarginAnswer> {
    return this.change(principal, accountId, { kind: 'POSITION_MODE', hedged: positionMode === 'HEDGE' });
  }

  private async change(principal: Principal, accountId: AccountId, wish: MarginWish): Promise<MarginAnswer> {
    return MarginAnswer.of(
      await this.commands.execute(new ChangeMargin(accountId, wish, actorOf(principal))),
    );
  }
}
