import { Body, Controller, Get, Patch, Post, Query, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ChangeUser, CreateUser, GetUser, ListUsers } from '@sextant/identity';
import type { Principal, UserView } from '@sextant/identity';
import type { UserId } from '@sextant/kernel';
import type { OnceRequest, Page } from '@sextant/platform';
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
import { ChangeUserRequest, CreateUserRequest, UserAnswer } from './user-requests.js';

@ApiTags('Users')
@Problems('DATABASE_UNAVAILABLE')
@Controller('api/users')
export class UsersController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Post()
  @Access({ scope: 'admin' })
  @ApiOperation({ summary: 'Add a user', description: 'Adds a user to the tenant.' })
  @ApiCreatedResponse({ type: UserAnswer, description: 'The new user.' })
  @Problems('EMAIL_INVALID', 'USER_EMAIL_TAKEN', 'PASSWORD_TOO_WEAK', 'PASSWORD_CHECK_BUSY')
  async create(
    @CurrentPrincipal() principal: Principal,
    @Body() body: CreateUserRequest,
    @Once() once: OnceRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<UserView> {
    return answerOnce(reply, await this.commands.execute(new CreateUser(principal, body, once)));
  }

  @Get()
  @Access({ scope: 'admin' })
  @ApiOperation({ summary: 'List users', description: 'The users of the tenant, oldest first.' })
  @PageResponse(UserAnswer, 'A page of users.')
  @Problems('CURSOR_INVALID')
  list(@CurrentPrincipal() principal: Principal, @Query() query: PageQuery): Promise<Page<UserView>> {
    return this.queries.execute(new ListUsers(principal, query));
  }

  @Get('me')
  @Access({ scope: 'read' })
  @ApiOperation({ summary: 'Who am I', description: 'The user whose credentials the request carries.' })
  @ApiOkResponse({ type: UserAnswer, description: 'The user.' })
  async me(
    @CurrentPrincipal() principal: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<UserView> {
    const user = await this.queries.execute(new GetUser(principal, principal.userId));
    setEtag(reply, user.version);
    return user;
  }

  @Get(':id')
  @Access({ scope: 'admin' })
  @ApiOperation({ summary: 'Read a user', description: 'One user of the tenant.' })
  @ApiOkResponse({ type: UserAnswer, description: 'The user.' })
  @Problems('USER_NOT_FOUND')
  async get(
    @CurrentPrincipal() principal: Principal,
    @IdParam('id', 'usr') userId: UserId,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<UserView> {
    const user = await this.queries.execute(new GetUser(principal, userId));
    setEtag(reply, user.version);
    return user;
  }

  @Patch(':id')
  @Access({ scope: 'read', interactive: true })
  @ApiOperation({
    summary: 'Change a user',
    description: 'An administrator changes role, status and password; everybody else their own password.',
  })
  @ApiOkResponse({ type: UserAnswer, description: 'The user as it is now.' })
  @Problems('USER_NOT_FOUND', 'USER_CHANGED', 'LAST_ADMIN', 'PASSWORD_TOO_WEAK', 'PASSWORD_CHECK_BUSY')
  async change(
    @CurrentPrincipal() principal: Principal,
    @IdParam('id', 'usr') userId: UserId,
    @Body() body: ChangeUserRequest,
    @IfMatch() version: number | null,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<UserView> {
    const user = await this.commands.execute(new ChangeUser(principal, userId, body, version));
    setEtag(reply, user.version);
    return user;
  }
}
