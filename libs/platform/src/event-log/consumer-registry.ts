import { Injectable } from '@nestjs/common';
import { DomainError } from '@sextant/kernel';
import type { EventConsumer } from './event-consumer.js';

/** The consumers that run in this process. */
@Injectable()
export class ConsumerRegistry {
  private readonly consumers = new Map<string, EventConsumer>();

  /** @throws Error when two consumers share a name: they would share their offsets. */
  register(consumer: EventConsumer): void {
    if (this.consumers.has(consumer.name))
      throw new Error(`There are two event consumers named ${consumer.name}`);
    this.consumers.set(consumer.name, consumer);
  }

  /** @throws DomainError CONSUMER_UNKNOWN */
  get(name: string): EventConsumer {
    const consumer = this.consumers.get(name);
    if (consumer === undefined)
      throw new DomainError('CONSUMER_UNKNOWN', `There is no event consumer named ${name}.`);
    return consumer;
  }

  all(): EventConsumer[] {
    return [...this.consumers.values()];
  }
}
