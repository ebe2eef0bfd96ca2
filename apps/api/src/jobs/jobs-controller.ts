import { Controller, Get, Post, Query, Res } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { actorOf } from '@sextant/identity';
import type { Principal } from '@sextant/identity';
import { isEnded, Jobs } from '@sextant/platform';
import type { Page } from '@sextant/platform';
import type { FastifyReply } from 'fastify';
import { Access, CurrentPrincipal } from '../auth/index.js';
import { IdParam, PageResponse, Problems } from '../http/index.js';
import { jobAccepted } from './job-accepted.js';
import { JobAnswer } from './job-answers.js';
import { ListJobsQuery } from './job-requests.js';

type Id = `job_${string}`;

@ApiTags('Jobs')
@Problems('DATABASE_UNAVAILABLE')
@Controller('api/jobs')
export class JobsController {
  constructor(private readonly jobs: Jobs) {}

  @Get()
  @Access({ scope: 'read', accountParam: 'accountId' })
  @ApiOperation({ summary: 'List long work, newest first' })
  @PageResponse(JobAnswer, 'A page of jobs.')
  @Problems('CURSOR_INVALID')
  async list(
    @CurrentPrincipal() { tenantId }: Principal,
    @Query() query: ListJobsQuery,
  ): Promise<Page<JobAnswer>> {
    const { data, page } = await this.jobs.list(tenantId, query);
    return { data: data.map(JobAnswer.of), page };
  }

  @Get(':id')
  @Access({ scope: 'read' })
  @ApiOperation({ summary: 'Get a job: how far it is, what it came to' })
  @ApiOkResponse({ type: JobAnswer, description: 'The job.' })
  @Problems('JOB_NOT_FOUND')
  async get(@CurrentPrincipal() { tenantId }: Principal, @IdParam('id', 'job') id: Id): Promise<JobAnswer> {
    return JobAnswer.of(await this.jobs.find(tenantId, id));
  }

  @Post(':id/cancel')
  @Access({ scope: 'trade' })
  @ApiOperation({
    summary: 'Cancel a job',
    description:
      'One that waits ends at once; one that runs as soon as it has seen it. What it did by then stays done. Repeating ' +
      'it is harmless.',
  })
  @ApiOkResponse({ type: JobAnswer, description: 'It is CANCELED.' })
  @ApiAcceptedResponse({ type: JobAnswer, description: 'It was told to end.' })
  @Problems('JOB_NOT_FOUND', 'JOB_ALREADY_ENDED')
  async cancel(
    @CurrentPrincipal() principal: Principal,
    @IdParam('id', 'job') id: Id,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<JobAnswer> {
    const job = await this.jobs.cancel(principal.tenantId, id, actorOf(principal));
    const status = isEnded(job) ? 200 : 202;
    return jobAccepted(reply, { status, body: JobAnswer.of(job), replayed: false });
  }
}
