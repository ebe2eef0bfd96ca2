import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Principal } from '@sextant/identity';
import { AuditLog, pageRequest } from '@sextant/platform';
import type { Page } from '@sextant/platform';
import { Access, CurrentPrincipal } from '../auth/index.js';
import { PageResponse, Problems } from '../http/index.js';
import { EventAnswer, ListEventsQuery } from './events-requests.js';

@ApiTags('System')
@Controller('api/events')
export class EventsController {
  constructor(private readonly audit: AuditLog) {}

  @Get()
  @Access({ scope: 'read', role: 'admin', accountParam: 'accountId' })
  @ApiOperation({
    summary: 'The audit log',
    description: 'Events of the system that concern the tenant, or of one of its accounts, the newest first.',
  })
  @PageResponse(EventAnswer, 'A page of events.')
  @Problems('CURSOR_INVALID', 'DATABASE_UNAVAILABLE')
  async list(
    @CurrentPrincipal() principal: Principal,
    @Query() query: ListEventsQuery,
  ): Promise<Page<EventAnswer>> {
    const { accountId = null, type = null } = query;
    const list = { name: `events ${accountId ?? 'system'}`, key: ['number'] } as const;
    const request = { ...pageRequest(query, list), streamId: accountId, type };
    const { data, page } = await this.audit.page(principal.tenantId, request);
    return {
      data: data.map((event) => ({ ...event, occurredAt: new Date(event.occurredAt).toISOString() })),
      page,
    };
  }
}
