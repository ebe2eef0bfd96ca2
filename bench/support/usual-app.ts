import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import { Body, Controller, Module, Post, ValidationPipe } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { IsIn, IsOptional, IsString, Matches } from 'class-validator';
import { Column, DataSource, Entity, PrimaryColumn } from 'typeorm';

/** Baseline: the way such an endpoint is usually built: Nest on Express, ValidationPipe, a TypeORM transaction. */
@Entity('usual_order')
class UsualOrder {
  @PrimaryColumn('uuid') id: string;
  @Column('text', { unique: true }) clientOrderId: string;
  @Column('text') symbol: string;
  @Column('text') side: string;
  @Column('text') type: string;
  @Column('numeric') quantity: string;
  @Column('numeric', { nullable: true }) price: string | null;
  @Column('text') status: string;
}

@Entity('usual_outbox')
class UsualOutbox {
  @PrimaryColumn('uuid') id: string;
  @Column('text') type: string;
  @Column('jsonb') payload: object;
}

class PlaceOrderRequest {
  @IsString() symbol: string;
  @IsIn(['BUY', 'SELL']) side: string;
  @IsIn(['MARKET', 'LIMIT']) type: string;
  @Matches(/^\d{1,20}(\.\d{1,18})?$/) quantity: string;
  @IsOptional() @Matches(/^\d{1,20}(\.\d{1,18})?$/) price?: string;
  @IsString() clientOrderId: string;
}

const source = new DataSource({
  type: 'postgres',
  url: process.argv[2]!,
  entities: [UsualOrder, UsualOutbox],
  synchronize: true,
  poolSize: 20,
});

@Controller()
class UsualController {
  @Post('orders')
  async place(@Body() body: PlaceOrderRequest): Promise<UsualOrder> {
    return source.transaction(async (manager) => {
      const known = await manager.findOne(UsualOrder, { where: { clientOrderId: body.clientOrderId } });
      if (known) return known;
      const order = manager.create(UsualOrder, {
        ...body,
        id: randomUUID(),
        price: body.price ?? null,
        status: 'PENDING',
      });
      await manager.save(order);
      await manager.save(
        manager.create(UsualOutbox, { id: randomUUID(), type: 'OrderPlaced', payload: { ...body } }),
      );
      order.status = 'NEW';
      return manager.save(order);
    });
  }
}

@Module({ controllers: [UsualController] })
class UsualModule {}

await source.initialize();
const app = await NestFactory.create(UsualModule, { logger: false });
app.useGlobalPipes(new ValidationPipe({ whitelist: true, forbidNonWhitelisted: true, transform: true }));
await app.listen(0, '127.0.0.1');
const address = app.getHttpServer().address() as { port: number };
process.stdout.write(`${JSON.stringify({ port: address.port, rss: process.memoryUsage().rss })}\n`);
process.on('SIGTERM', () => process.exit(0));
process.on('message', () => process.send?.({ cpu: process.cpuUsage(), rss: process.memoryUsage().rss }));
