import { Body, Controller, Delete, Get, HttpCode, Post } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ExchangeGateways } from '@sextant/exchange';
import { actorOf } from '@sextant/identity';
import type { Principal } from '@sextant/identity';
import { DomainError } from '@sextant/kernel';
import type { AccountId, TenantId } from '@sextant/kernel';
import { MarketData } from '@sextant/market-data';
import { currentContext } from '@sextant/platform';
import { AccountDirectory } from '@sextant/portfolio';
import { GetKillSwitches, killModes, ReleaseKillSwitch, SetKillSwitch } from '@sextant/risk';
import type { ActiveKillSwitch, SwitchScope } from '@sextant/risk';
import { Access, CurrentPrincipal } from '../auth/index.js';
import { Problems } from '../http/index.js';
import { ActiveKillSwitchAnswer, KillSwitchChangeAnswer, KillSwitchesAnswer } from './kill-switch-answers.js';
import { ReleaseKillSwitchRequest, scopeOf, SetKillSwitchRequest } from './kill-switch-requests.js';
import type { KillSwitchScope } from './kill-switch-requests.js';

/** No venue is called so: whatever is canonical may be one of its markets. */
const NOWHERE = '-';
const SCOPE_CODES = ['KILL_SWITCH_SCOPE_INVALID', 'ACCOUNT_NOT_FOUND', 'UNKNOWN_SYMBOL'];

@ApiTags('Risk')
@Controller('api/risk/kill-switch')
export class KillSwitchController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly accounts: AccountDirectory,
    private readonly markets: MarketData,
    private readonly gateways: ExchangeGateways,
  ) {}

  @Get()
  @Access({ scope: 'read' })
  @ApiOperation({
    summary: 'Which kill switches are on',
    description:
      'For what, since when, by whom, in which processes, and how far a liquidation is. Works from memory.',
  })
  @ApiOkResponse({ type: KillSwitchesAnswer, description: 'Those that are on; an empty list when none is.' })
  async list(@CurrentPrincipal() principal: Principal): Promise<KillSwitchesAnswer> {
    const found = await this.queries.execute(new GetKillSwitches(principal.tenantId));
    const sorted = [...found].sort((one, other) => strictnessOf(other) - strictnessOf(one));
    return { data: sorted.map((each) => ActiveKillSwitchAnswer.of(each)) };
  }

  @Post()
  @HttpCode(200)
  @Access({ scope: 'trade', budget: 'cancels' })
  @ApiOperation({
    summary: 'Switch a kill switch on, or change its mode',
    description:
      'In force in every process that confirmed when this answers, and kept over restarts. HALT and REDUCE_ONLY work with ' +
      'the database down. Sent again it changes nothing: the same switch answers.',
  })
  @ApiOkResponse({ type: KillSwitchChangeAnswer, description: 'The switch as it is now.' })
  @Problems(...SCOPE_CODES, 'KILL_SWITCH_NEEDS_DATABASE', 'KILL_SWITCH_NOT_KEPT')
  async set(
    @CurrentPrincipal() principal: Principal,
    @Body() body: SetKillSwitchRequest,
  ): Promise<KillSwitchChangeAnswer> {
    const scope = await this.scope(principal.tenantId, body.scope);
    const outcome = await this.commands.execute(
      new SetKillSwitch({
        ...by(principal),
        scope,
        mode: body.mode,
        reason: body.reason,
        cancelOrders: body.cancelOrders ?? false,
      }),
    );
    return KillSwitchChangeAnswer.of(outcome);
  }

  @Delete()
  @HttpCode(200)
  @Access({ scope: 'admin', budget: 'cancels' })
  @ApiOperation({
    summary: 'Release a kill switch',
    description:
      'The one of exactly this scope; others that cover the same orders stay on. Needs the database.',
  })
  @ApiOkResponse({ type: KillSwitchChangeAnswer, description: '`mode` is null: released.' })
  @Problems(...SCOPE_CODES, 'KILL_SWITCH_NOT_ON', 'KILL_SWITCH_BY_OPERATOR', 'KILL_SWITCH_NEEDS_DATABASE')
  async release(
    @CurrentPrincipal() principal: Principal,
    @Body() body: ReleaseKillSwitchRequest,
  ): Promise<KillSwitchChangeAnswer> {
    const scope = await this.scope(principal.tenantId, body.scope);
    const { reason } = body;
    return KillSwitchChangeAnswer.of(
      await this.commands.execute(new ReleaseKillSwitch({ ...by(principal), scope, reason })),
    );
  }

  /** @throws DomainError KILL_SWITCH_SCOPE_INVALID, ACCOUNT_NOT_FOUND, UNKNOWN_SYMBOL */
  private async scope(tenantId: TenantId, named: KillSwitchScope): Promise<SwitchScope> {
    const scope = scopeOf(named);
    if (scope.kind === 'ACCOUNT') await this.accounts.resolve(tenantId, scope.value as AccountId);
    if (scope.kind === 'VENUE') return { ...scope, value: this.venueOf(scope.value) };
    if (scope.kind === 'SYMBOL') return { ...scope, value: await this.symbolOf(tenantId, scope.value) };
    return scope;
  }

  private venueOf(name: string): string {
    try {
      return this.gateways.of(name).venue;
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      throw new DomainError('KILL_SWITCH_SCOPE_INVALID', error.message, { pointer: '/scope/venue' });
    }
  }

  /**
   * A market that this process has not been told of may be traded by another one: at a venue of the tenant's it is taken
   * as it is written. Without the database nobody can say which those are, and a brake is not refused for that.
   */
  private async symbolOf(tenantId: TenantId, text: string): Promise<string> {
    const known = this.find(text);
    if (known !== null) return known;
    const venues = await this.accounts.venuesOf(tenantId).catch(() => null);
    const found = venues?.map((venue) => this.find(text, venue)).find((symbol) => symbol !== null);
    if (found !== undefined && found !== null) return found;
    if (venues === null) return this.markets.resolveSymbol(text, NOWHERE);
    return this.markets.resolveSymbol(text);
  }

  private find(text: string, venue?: string): string | null {
    try {
      return this.markets.resolveSymbol(text, venue);
    } catch (error) {
      if (error instanceof DomainError && error.code === 'UNKNOWN_SYMBOL') return null;
      throw error;
    }
  }
}

function by(principal: Principal) {
  return {
    tenantId: principal.tenantId,
    actor: actorOf(principal),
    traceId: currentContext().traceId ?? null,
  };
}

function strictnessOf({ killSwitch }: ActiveKillSwitch): number {
  return killSwitch.mode === null ? -1 : killModes.indexOf(killSwitch.mode);
}
