import { Body, Controller, Get, Put, Query, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { actorOf } from '@sextant/identity';
import type { Principal } from '@sextant/identity';
import { currentContext } from '@sextant/platform';
import { AccountDirectory } from '@sextant/portfolio';
import { ChangeRiskLimits, GetRiskLimits } from '@sextant/risk';
import type { FastifyReply } from 'fastify';
import { Access, CurrentPrincipal } from '../auth/index.js';
import { IfMatch, Problems, setEtag } from '../http/index.js';
import { ChangeRiskLimitsRequest, limitsOf, RiskLimitsAnswer, RiskLimitsQuery } from './risk-requests.js';

@ApiTags('Risk')
@Controller('api/risk')
@Problems('ACCOUNT_REQUIRED', 'ACCOUNT_NOT_FOUND')
export class RiskController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly accounts: AccountDirectory,
  ) {}

  @Get('limits')
  @Access({ scope: 'read', accountParam: 'accountId' })
  @ApiOperation({ summary: 'The pre-trade limits of an account' })
  @ApiOkResponse({
    type: RiskLimitsAnswer,
    description: 'Its own limits, else the configured ones; `ETag` is their version.',
  })
  async limits(
    @CurrentPrincipal() principal: Principal,
    @Query() query: RiskLimitsQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RiskLimitsAnswer> {
    const { account_id: accountId } = await this.accounts.resolve(
      principal.tenantId,
      query.accountId ?? null,
    );
    const { limits, version } = await this.queries.execute(new GetRiskLimits(principal.tenantId, accountId));
    setEtag(reply, version);
    return { accountId, version, ...limits };
  }

  @Put('limits')
  @Access({ scope: 'admin', accountParam: 'accountId' })
  @ApiOperation({
    summary: 'Give an account limits of its own',
    description: 'They hold from the next order on. The change is an event of the account, with who made it.',
  })
  @ApiOkResponse({ type: RiskLimitsAnswer, description: 'The limits as they are now.' })
  @Problems('RISK_LIMITS_CHANGED', 'ACCOUNT_OWNER_UNREACHABLE', 'ACCOUNT_SESSION_CLOSED', 'COMMIT_PENDING')
  async change(
    @CurrentPrincipal() principal: Principal,
    @Body() body: ChangeRiskLimitsRequest,
    @IfMatch() expectedVersion: number | null,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RiskLimitsAnswer> {
    const { account_id: accountId } = await this.accounts.resolve(principal.tenantId, body.accountId ?? null);
    const { limits, version } = await this.commands.execute(
      new ChangeRiskLimits(accountId, {
        limits: limitsOf(body),
        expectedVersion,
        actor: actorOf(principal),
        traceId: currentContext().traceId ?? null,
      }),
    );
    setEtag(reply, version);
    return { accountId, version, ...limits };
  }
}
