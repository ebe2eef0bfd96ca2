import { Body, Controller, HttpCode, Ip, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { LogIn, LogOut, RefreshSession } from '@sextant/identity';
import type { SessionTokensView } from '@sextant/identity';
import { Problems } from '../http/index.js';
import { Public } from './access.js';
import { LogInRequest, RefreshRequest, SessionTokensAnswer } from './auth-requests.js';

@ApiTags('Access')
@Controller('api/auth')
export class AuthController {
  constructor(private readonly commands: CommandBus) {}

  @Post('login')
  @HttpCode(200)
  @Public({ budget: 'login' })
  @ApiOperation({
    summary: 'Sign in',
    description: 'Gives an access token and the first refresh token of a session.',
  })
  @ApiOkResponse({ type: SessionTokensAnswer, description: 'Signed in.' })
  @Problems('LOGIN_FAILED', 'LOGIN_THROTTLED', 'PASSWORD_CHECK_BUSY', 'DATABASE_UNAVAILABLE')
  logIn(@Body() body: LogInRequest, @Ip() address: string): Promise<SessionTokensView> {
    return this.commands.execute(new LogIn(body.email, body.password, address));
  }

  @Post('refresh')
  @HttpCode(200)
  @Public({ budget: 'login' })
  @ApiOperation({
    summary: 'Renew a session',
    description:
      'Uses the refresh token up and gives the next one. A used one that comes again later than 20 seconds ends the session.',
  })
  @ApiOkResponse({ type: SessionTokensAnswer, description: 'Renewed.' })
  @Problems('REFRESH_TOKEN_INVALID', 'DATABASE_UNAVAILABLE')
  refresh(@Body() body: RefreshRequest): Promise<SessionTokensView> {
    return this.commands.execute(new RefreshSession(body.refreshToken));
  }

  @Post('logout')
  @HttpCode(204)
  @Public({ budget: 'login' })
  @ApiOperation({
    summary: 'End a session',
    description: 'Ends the session that the refresh token belongs to, if any.',
  })
  @ApiNoContentResponse({ description: 'There is no such session any more.' })
  @Problems('DATABASE_UNAVAILABLE')
  async logOut(@Body() body: RefreshRequest): Promise<void> {
    await this.commands.execute(new LogOut(body.refreshToken));
  }
}
