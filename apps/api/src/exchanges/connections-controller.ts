import { Body, Controller, Get, HttpCode, Post, Query, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  AddExchangeConnection,
  ConnectExchange,
  CONNECTION_LIST,
  DisconnectExchange,
  GetExchangeConnection,
  ListExchangeConnections,
  RotateExchangeCredentials,
  ValidateExchangeConnection,
} from '@sextant/exchange';
import type { ConnectionId, ConnectionView } from '@sextant/exchange';
import { actorOf } from '@sextant/identity';
import type { Principal } from '@sextant/identity';
import type { AccountId } from '@sextant/kernel';
import { pageRequest } from '@sextant/platform';
import type { OnceAnswer, OnceRequest, Page } from '@sextant/platform';
import type { FastifyReply } from 'fastify';
import { Access, CurrentPrincipal } from '../auth/index.js';
import {
  answerOnce,
  IdParam,
  IfMatch,
  Once,
  PageQuery,
  PageResponse,
  Problems,
  setEtag,
} from '../http/index.js';
import { ConnectionAnswer } from './connection-answers.js';
import { ConnectionDetailAnswer } from './connection-detail-answer.js';
import {
  AddConnectionRequest,
  DisconnectRequest,
  NothingRequest,
  RotateCredentialsRequest,
  secretsOf,
} from './connection-requests.js';

const OF_THE_KEY = [
  'CREDENTIAL_INVALID',
  'CREDENTIAL_MALFORMED',
  'KEY_MAY_WITHDRAW',
  'KEY_PERMISSIONS_UNKNOWN',
  'VENUE_VERDICT_MISSING',
];
const OF_THE_VAULT = ['CREDENTIAL_DESTROYED', 'VAULT_KEY_MISSING', 'VAULT_UNREADABLE'];
const OF_THE_CONNECTION = ['CONNECTION_NOT_FOUND', 'CONNECTION_CHANGED'];
/** The three that ask the venue. */
const OF_A_CHECK = [...OF_THE_CONNECTION, 'CUSTOM_ENDPOINT_REFUSED'];

@ApiTags('Exchange connections')
@Problems('DATABASE_UNAVAILABLE')
@Controller('api/exchange-connections')
export class ConnectionsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Post()
  @Access({ scope: 'admin', accountParam: 'accountId' })
  @ApiOperation({
    summary: 'Connect an account at an exchange',
    description:
      'The key is checked at the venue, refused if it may withdraw or transfer, and kept encrypted. Nothing ever shows it.',
  })
  @ApiCreatedResponse({ type: ConnectionAnswer, description: 'The connection.' })
  @Problems('UNKNOWN_VENUE', 'CONNECTION_NOT_NEEDED', 'ACCOUNT_NOT_AT_VENUE', 'CONNECTION_EXISTS')
  @Problems('CUSTOM_ENDPOINT_REFUSED', 'VENUE_ACCOUNT_CONNECTED')
  @Problems(...OF_THE_KEY, 'VAULT_KEY_MISSING')
  async add(
    @CurrentPrincipal() principal: Principal,
    @Body() body: AddConnectionRequest,
    @Once() once: OnceRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ConnectionAnswer> {
    const { venue, label, accountId = null, credential, endpoint = null } = body;
    const request = {
      ...{ venue, label, endpoint },
      accountId: accountId as AccountId | null,
      secrets: secretsOf(credential),
      acknowledgeUnknownPermissions: body.acknowledgeUnknownPermissions ?? false,
    };
    const command = new AddExchangeConnection(principal.tenantId, actorOf(principal), request, once);
    return answer(reply, await this.commands.execute(command));
  }

  @Get()
  @Access({ scope: 'read' })
  @ApiOperation({ summary: 'List exchange connections', description: 'Oldest first.' })
  @PageResponse(ConnectionAnswer, 'A page of connections.')
  @Problems('CURSOR_INVALID')
  async list(
    @CurrentPrincipal() principal: Principal,
    @Query() query: PageQuery,
  ): Promise<Page<ConnectionAnswer>> {
    const page = pageRequest(query, CONNECTION_LIST);
    const found = await this.queries.execute(new ListExchangeConnections(principal.tenantId, page));
    return { ...found, data: found.data.map(ConnectionAnswer.of) };
  }

  @Get(':id')
  @Access({ scope: 'read' })
  @ApiOperation({
    summary: 'Read an exchange connection',
    description: 'With breakers, rate budgets, latency and clock offset of its venue.',
  })
  @ApiOkResponse({ type: ConnectionDetailAnswer, description: 'The connection; `ETag` is its version.' })
  @Problems('CONNECTION_NOT_FOUND')
  async read(
    @CurrentPrincipal() principal: Principal,
    @IdParam('id', 'con') connectionId: ConnectionId,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ConnectionDetailAnswer> {
    const found = await this.queries.execute(new GetExchangeConnection(principal.tenantId, connectionId));
    setEtag(reply, found.connection.version);
    return ConnectionDetailAnswer.ofDetail(found);
  }

  @Post(':id/validate')
  @HttpCode(200)
  @Access({ scope: 'trade', role: 'trader' })
  @ApiOperation({
    summary: 'Check the key now',
    description:
      'What the venue says becomes the state of the connection; a quarantine that has lost its reason ends.',
  })
  @ApiOkResponse({ type: ConnectionAnswer, description: 'The connection as it is now.' })
  @Problems(...OF_A_CHECK, ...OF_THE_VAULT, 'CONNECTION_OFF', 'VENUE_VERDICT_MISSING')
  async validate(
    @CurrentPrincipal() principal: Principal,
    @IdParam('id', 'con') connectionId: ConnectionId,
    @Body() _body: NothingRequest,
    @IfMatch() version: number | null,
    @Once() once: OnceRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ConnectionAnswer> {
    const target = { tenantId: principal.tenantId, connectionId, version };
    const command = new ValidateExchangeConnection(target, actorOf(principal), once);
    return answer(reply, await this.commands.execute(command));
  }

  @Post(':id/rotate-credentials')
  @HttpCode(200)
  @Access({ scope: 'admin' })
  @ApiOperation({
    summary: 'Give the connection another key',
    description:
      'The new key is checked, then signs every new request, in every process within 2 s. The older one is kept for ' +
      '`exchange.credentialDrainSeconds` and destroyed. No call is refused for it.',
  })
  @ApiOkResponse({ type: ConnectionAnswer, description: 'The connection with its new key.' })
  @Problems(...OF_A_CHECK, ...OF_THE_KEY, 'VAULT_KEY_MISSING')
  @Problems('CREDENTIAL_OF_ANOTHER_ACCOUNT', 'VENUE_ACCOUNT_CONNECTED')
  async rotate(
    @CurrentPrincipal() principal: Principal,
    @IdParam('id', 'con') connectionId: ConnectionId,
    @Body() body: RotateCredentialsRequest,
    @IfMatch() version: number | null,
    @Once() once: OnceRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ConnectionAnswer> {
    const target = { tenantId: principal.tenantId, connectionId, version };
    const acknowledgeUnknownPermissions = body.acknowledgeUnknownPermissions ?? false;
    const credential = { secrets: secretsOf(body.credential), acknowledgeUnknownPermissions };
    const command = new RotateExchangeCredentials(target, actorOf(principal), credential, once);
    return answer(reply, await this.commands.execute(command));
  }

  @Post(':id/connect')
  @HttpCode(200)
  @Access({ scope: 'admin' })
  @ApiOperation({
    summary: 'Switch a connection on',
    description: 'If its key passes its check.',
  })
  @ApiOkResponse({ type: ConnectionAnswer, description: 'The connection as it is now.' })
  @Problems(...OF_A_CHECK, ...OF_THE_KEY, ...OF_THE_VAULT, 'VENUE_ACCOUNT_CONNECTED')
  async connect(
    @CurrentPrincipal() principal: Principal,
    @IdParam('id', 'con') connectionId: ConnectionId,
    @Body() _body: NothingRequest,
    @IfMatch() version: number | null,
    @Once() once: OnceRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ConnectionAnswer> {
    const target = { tenantId: principal.tenantId, connectionId, version };
    return answer(reply, await this.commands.execute(new ConnectExchange(target, actorOf(principal), once)));
  }

  @Post(':id/disconnect')
  @HttpCode(200)
  @Access({ scope: 'trade', role: 'trader' })
  @ApiOperation({
    summary: 'Switch a connection off',
    description:
      'Its key signs nothing any more, in every process within 2 s. It stays in the vault, unless it is to be destroyed.',
  })
  @ApiOkResponse({ type: ConnectionAnswer, description: 'The connection as it is now.' })
  @Problems(...OF_THE_CONNECTION)
  async disconnect(
    @CurrentPrincipal() principal: Principal,
    @IdParam('id', 'con') connectionId: ConnectionId,
    @Body() body: DisconnectRequest,
    @IfMatch() version: number | null,
    @Once() once: OnceRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ConnectionAnswer> {
    const target = { tenantId: principal.tenantId, connectionId, version };
    const destroy = body.destroyCredential ?? false;
    const command = new DisconnectExchange(target, actorOf(principal), destroy, once);
    return answer(reply, await this.commands.execute(command));
  }
}

function answer(reply: FastifyReply, once: OnceAnswer<ConnectionView>): ConnectionAnswer {
  const view = answerOnce(reply, once);
  setEtag(reply, view.version);
  return ConnectionAnswer.of(view);
}
