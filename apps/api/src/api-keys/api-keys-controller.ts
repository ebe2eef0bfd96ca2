import { Body, Controller, Delete, Get, HttpCode, Post, Query, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CreateApiKey, ListApiKeys, RevokeApiKey, RotateApiKey } from '@sextant/identity';
import type { ApiKeyView, NewApiKeyView, Principal } from '@sextant/identity';
import type { ApiKeyId } from '@sextant/kernel';
import type { OnceRequest, Page } from '@sextant/platform';
import type { FastifyReply } from 'fastify';
import { Access, CurrentPrincipal } from '../auth/index.js';
import { answerOnce, IdParam, Once, PageQuery, PageResponse, Problems } from '../http/index.js';
import {
  ApiKeyAnswer,
  CreateApiKeyRequest,
  NewApiKeyAnswer,
  RotateApiKeyRequest,
} from './api-key-requests.js';

const DEFAULT_OVERLAP_SECONDS = 86_400;

@ApiTags('API keys')
@Problems('DATABASE_UNAVAILABLE')
@Controller('api/api-keys')
export class ApiKeysController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Post()
  @Access({ scope: 'read', interactive: true })
  @ApiOperation({ summary: 'Make a key', description: 'The answer shows the key; nothing else ever does.' })
  @ApiCreatedResponse({ type: NewApiKeyAnswer, description: 'The new key.' })
  @Problems('SCOPE_NOT_GRANTED', 'API_KEY_EXPIRY_PAST')
  async create(
    @CurrentPrincipal() principal: Principal,
    @Body() body: CreateApiKeyRequest,
    @Once() once: OnceRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<NewApiKeyView> {
    const { name, scopes, signed = false, expiresAt = null } = body;
    const terms = { name, scopes, signed, expiresAt };
    return answerOnce(reply, await this.commands.execute(new CreateApiKey(principal, terms, once)));
  }

  @Get()
  @Access({ scope: 'read', interactive: true })
  @ApiOperation({
    summary: 'List keys',
    description: 'Your keys, oldest first; an administrator sees all of the tenant.',
  })
  @PageResponse(ApiKeyAnswer, 'A page of keys.')
  @Problems('CURSOR_INVALID')
  list(@CurrentPrincipal() principal: Principal, @Query() query: PageQuery): Promise<Page<ApiKeyView>> {
    return this.queries.execute(new ListApiKeys(principal, query));
  }

  @Post(':id/rotate')
  @Access({ scope: 'read', interactive: true })
  @ApiOperation({
    summary: 'Rotate a key',
    description: 'A new key with the same rights; both work for a while.',
  })
  @ApiCreatedResponse({ type: NewApiKeyAnswer, description: 'The new key.' })
  @Problems('API_KEY_NOT_FOUND', 'API_KEY_NOT_ACTIVE', 'SCOPE_NOT_GRANTED')
  async rotate(
    @CurrentPrincipal() principal: Principal,
    @IdParam('id', 'key') keyId: ApiKeyId,
    @Body() body: RotateApiKeyRequest,
    @Once() once: OnceRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<NewApiKeyView> {
    const overlapMs = (body.overlapSeconds ?? DEFAULT_OVERLAP_SECONDS) * 1000;
    return answerOnce(
      reply,
      await this.commands.execute(new RotateApiKey(principal, keyId, overlapMs, once)),
    );
  }

  @Delete(':id')
  @HttpCode(200)
  @Access({ scope: 'read', interactive: true })
  @ApiOperation({
    summary: 'Revoke a key',
    description: 'The key stops working in every process within 5 s.',
  })
  @ApiOkResponse({ type: ApiKeyAnswer, description: 'The key, revoked.' })
  @Problems('API_KEY_NOT_FOUND')
  revoke(
    @CurrentPrincipal() principal: Principal,
    @IdParam('id', 'key') keyId: ApiKeyId,
  ): Promise<ApiKeyView> {
    return this.commands.execute(new RevokeApiKey(principal, keyId));
  }
}
