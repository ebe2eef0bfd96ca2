import { Body, Controller, Get, Patch, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Principal } from '@sextant/identity';
import { Clock } from '@sextant/kernel';
import {
  Capabilities,
  Config,
  ConfigOverrides,
  currentContext,
  Lifecycle,
  productVersion,
} from '@sextant/platform';
import type { FastifyReply } from 'fastify';
import { Access, CurrentPrincipal } from '../auth/index.js';
import { IfMatch, Problems, setEtag } from '../http/index.js';
import {
  CapabilitiesAnswer,
  ChangeConfigRequest,
  ConfigAnswer,
  SystemHealthAnswer,
} from './system-answers.js';

@ApiTags('System')
@Controller('api/system')
export class SystemController {
  private readonly version = productVersion();

  constructor(
    private readonly lifecycle: Lifecycle,
    private readonly config: Config,
    private readonly overrides: ConfigOverrides,
    private readonly capabilities: Capabilities,
    private readonly clock: Clock,
  ) {}

  @Get('health')
  @Access({ scope: 'read' })
  @ApiOperation({
    summary: 'Health of every component',
    description: 'Asks each component of this process now.',
  })
  @ApiOkResponse({ type: SystemHealthAnswer, description: 'How the process is.' })
  async health(): Promise<SystemHealthAnswer> {
    const { running, ready, components } = await this.lifecycle.check();
    const shown = components.map((each) => ({
      ...each,
      since: each.since === null ? null : isoTime(each.since),
    }));
    return { running, ready, components: shown, asOf: isoTime(this.clock.now()) };
  }

  @Get('config')
  @Access({ scope: 'admin' })
  @ApiOperation({
    summary: 'Read the configuration',
    description: 'Every key with the value in force and where it comes from. Secrets are masked.',
  })
  @ApiOkResponse({ type: ConfigAnswer, description: 'The configuration of this process.' })
  readConfig(@Res({ passthrough: true }) reply: FastifyReply): ConfigAnswer {
    return this.answer(reply);
  }

  @Patch('config')
  @Access({ scope: 'admin', role: 'admin' })
  @ApiOperation({
    summary: 'Change dynamic keys',
    description:
      'In force in this process on return, in the others within seconds; kept over restarts; audited. What the ' +
      'environment sets cannot be changed.',
  })
  @ApiOkResponse({ type: ConfigAnswer, description: 'The configuration as it is now.' })
  @Problems(
    'CONFIG_CHANGE_REFUSED',
    'CONFIG_CHANGED_MEANWHILE',
    'CONFIG_KEY_NOT_DYNAMIC',
    'CONFIG_KEY_PINNED',
  )
  @Problems('CONFIG_KEY_UNKNOWN', 'CONFIG_VALUE_INVALID', 'DATABASE_OUTCOME_UNKNOWN', 'DATABASE_UNAVAILABLE')
  async changeConfig(
    @CurrentPrincipal() principal: Principal,
    @Body() body: ChangeConfigRequest,
    @IfMatch() ifVersion: number | null,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ConfigAnswer> {
    const { traceId } = currentContext();
    await this.overrides.change(body.values, {
      actor: principal.keyId ?? principal.userId,
      traceId,
      ifVersion,
    });
    return this.answer(reply);
  }

  @Get('capabilities')
  @Access({ scope: 'read' })
  @ApiOperation({
    summary: 'What this installation can do',
    description: 'Version, topology and the facts of each part.',
  })
  @ApiOkResponse({ type: CapabilitiesAnswer, description: 'What it can do.' })
  readCapabilities(): CapabilitiesAnswer {
    const { config } = this;
    return {
      version: this.version,
      environment: config.environment,
      topology: config.get('database.url') === null ? 'EMBEDDED' : 'STANDARD',
      redis: config.get('redis.url') !== null,
      tracing: config.get('telemetry.otlpEndpoint') !== null,
      sections: this.capabilities.all(),
    };
  }

  private answer(reply: FastifyReply): ConfigAnswer {
    const { version } = this.overrides;
    setEtag(reply, version);
    return { environment: this.config.environment, version, values: this.config.effective() };
  }
}

function isoTime(epochMs: number): string {
  return new Date(epochMs).toISOString();
}
