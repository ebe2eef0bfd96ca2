import type { DynamicModule, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Config } from '@sextant/platform';
import { Logger, Metrics, NestLogger, Tracing } from '@sextant/platform';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { answerClientError, refuseExpectations } from './client-error.js';
import {
  HEADERS_TIMEOUT_MS,
  KEEP_ALIVE_TIMEOUT_MS,
  limitRequests,
  limitSockets,
  MAX_BODY_BYTES,
  MAX_HEADER_BYTES,
  parseJsonBodies,
  REQUEST_TIMEOUT_MS,
} from './limits.js';
import { serveDocuments } from './openapi.js';
import { ProblemFilter } from './problem-filter.js';
import { RateLimiter } from './rate-limiter.js';
import { enterTrace, traceRequests } from './request-trace.js';
import { noteRoutes } from './route-methods.js';
import { addSecurityHeaders, setSecurityHeaders } from './security-headers.js';

type ErrorAnswer = (error: unknown, request: FastifyRequest, reply: FastifyReply) => void;

/** The Nest application behind all its limits, with routes registered; it does not listen yet. */
export async function createHttpApp(
  module: Type | DynamicModule,
  config: Config,
): Promise<NestFastifyApplication> {
  const late: { answer: ErrorAnswer } = {
    answer: (error, _request, reply) => void reply.code(400).send(error),
  };
  const adapter = fastifyAdapter(config, (...failure) => late.answer(...failure));
  const app = await NestFactory.create<NestFastifyApplication>(module, adapter, {
    bodyParser: false,
    logger: false,
    abortOnError: false,
  });
  const logger = app.get(Logger);
  app.useLogger(new NestLogger(logger));
  const filter = app.get(ProblemFilter);
  const tracing = app.get(Tracing);
  late.answer = (error, request, reply) => {
    // What has no route has no hooks either.
    enterTrace(request, tracing);
    setSecurityHeaders(request, reply);
    filter.answer(error, request, reply);
  };
  const fastify = adapter.getInstance() as unknown as FastifyInstance;
  noteRoutes(fastify);
  traceRequests(fastify, { logger, metrics: app.get(Metrics), tracing });
  addSecurityHeaders(fastify);
  limitRequests(fastify, app.get(RateLimiter));
  parseJsonBodies(fastify);
  refuseExpectations(fastify.server);
  limitSockets(fastify.server, config.get('http.maxSocketsPerAddress'));
  const origins = [...config.get('http.corsOrigins')];
  if (origins.length > 0) app.enableCors({ origin: origins, credentials: false });
  if (config.get('http.swagger')) serveDocuments(app);
  await app.init();
  await fastify.ready();
  return app;
}

function fastifyAdapter(config: Config, onRoutingError: ErrorAnswer): FastifyAdapter {
  return new FastifyAdapter({
    bodyLimit: MAX_BODY_BYTES,
    routerOptions: { maxParamLength: MAX_HEADER_BYTES },
    return503OnClosing: false,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    forceCloseConnections: 'idle',
    trustProxy: trustedProxies(config),
    http: {
      maxHeaderSize: MAX_HEADER_BYTES,
      headersTimeout: HEADERS_TIMEOUT_MS,
      // Node would answer in its own words; `limitRequests` asks for it.
      requireHostHeader: false,
      connectionsCheckingInterval: 2_000,
    },
    clientErrorHandler: answerClientError,
    frameworkErrors: (error: unknown, request: FastifyRequest, reply: FastifyReply) =>
      onRoutingError(error, request, reply),
  } as ConstructorParameters<typeof FastifyAdapter>[0]) as FastifyAdapter;
}

function trustedProxies(config: Config): string[] | false {
  const proxies = [...config.get('http.trustedProxies')];
  return proxies.length === 0 ? false : proxies;
}
