import type { ArgumentsHost, ExceptionFilter } from '@nestjs/common';
import { Catch, Injectable } from '@nestjs/common';
import type { DomainError } from '@sextant/kernel';
import { Logger } from '@sextant/platform';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { allowedMethods } from './route-methods.js';
import { asDomainError, described, PROBLEM_TYPE, problemOf, retryAfterSeconds } from './problem.js';
import { traceIdOf } from './request-trace.js';

/** The one place where an error becomes an answer. */
@Catch()
@Injectable()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly logger: Logger) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    this.answer(thrown, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
  }

  answer(thrown: unknown, request: FastifyRequest, reply: FastifyReply): void {
    if (reply.sent || reply.raw.headersSent) {
      this.logger.error('Error after the answer began', { error: thrown });
      return;
    }
    const error = routed(asDomainError(thrown), request, reply);
    const [instance = '/'] = request.url.split('?', 1);
    const problem = problemOf(error, instance.slice(0, 256), traceIdOf(request));
    if (error.code === 'INTERNAL_ERROR') {
      this.logger.error('Request failed', {
        error: error.cause ?? thrown,
        endpoint: request.routeOptions.url,
      });
    }
    const retryAfter = retryAfterSeconds(error, problem.status);
    if (retryAfter !== null) void reply.header('Retry-After', String(retryAfter));
    if (problem.status === 401) void reply.header('WWW-Authenticate', 'Bearer realm="sextant"');
    void reply.code(problem.status).header('Content-Type', PROBLEM_TYPE).send(JSON.stringify(problem));
  }
}

/** An unknown route whose path exists with other methods is 405 and says which. */
function routed(error: DomainError, request: FastifyRequest, reply: FastifyReply): DomainError {
  if (error.code !== 'ROUTE_UNKNOWN') return error;
  const allowed = allowedMethods(request.server, request.url);
  if (allowed.length === 0) return error;
  void reply.header('Allow', allowed.join(', '));
  return described('METHOD_NOT_ALLOWED');
}
