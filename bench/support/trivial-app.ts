import 'reflect-metadata';
import { Body, Controller, Module, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';

/** Baseline: a Nest-Fastify application whose one POST answers its body's symbol. Prints its port. */
@Controller()
class EchoController {
  @Post('echo')
  echo(@Body() body: { symbol: string }): { symbol: string } {
    return { symbol: body.symbol };
  }
}

@Module({ controllers: [EchoController] })
class TrivialModule {}

const app = await NestFactory.create<NestFastifyApplication>(TrivialModule, new FastifyAdapter(), {
  logger: false,
});
await app.listen(0, '127.0.0.1');
const address = app.getHttpServer().address() as { port: number };
process.stdout.write(`${JSON.stringify({ port: address.port, rss: process.memoryUsage().rss })}\n`);
process.on('SIGTERM', () => process.exit(0));
process.on('message', () => process.send?.({ cpu: process.cpuUsage(), rss: process.memoryUsage().rss }));
