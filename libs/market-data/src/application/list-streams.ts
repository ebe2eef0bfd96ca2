import { Query, QueryHandler } from '@nestjs/cqrs';
import type { IQueryHandler } from '@nestjs/cqrs';
import { MarketData } from './market-data.js';
import type { StreamState } from './stream-log.js';

/** Every market data stream with its state and age. */
export class ListStreams extends Query<StreamState[]> {}

@QueryHandler(ListStreams)
export class ListStreamsHandler implements IQueryHandler<ListStreams> {
  constructor(private readonly marketData: MarketData) {}

  async execute(): Promise<StreamState[]> {
    return this.marketData.streams();
  }
}
