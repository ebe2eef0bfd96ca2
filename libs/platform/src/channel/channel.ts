/** Called synchronously for every published value. */
export type ChannelHandler<T> = (value: T) => void;

/**
 * In-process dispatch for the hot paths: synchronous, typed, in subscription order. A handler's exception goes to
 * the publisher. Subscribing or leaving while a value is being delivered takes effect with the next value.
 */
export class Channel<T> {
  private handlers: readonly ChannelHandler<T>[] = [];
  private deliver: ChannelHandler<T> = composed<T>([]);

  /** @returns a function that ends the subscription. */
  subscribe(handler: ChannelHandler<T>): () => void {
    this.use([...this.handlers, handler]);
    let active = true;
    return () => {
      if (!active) return;
      active = false;
      const at = this.handlers.indexOf(handler);
      this.use(this.handlers.filter((_, index) => index !== at));
    };
  }

  publish(value: T): void {
    this.deliver(value);
  }

  get subscribers(): number {
    return this.handlers.length;
  }

  private use(handlers: readonly ChannelHandler<T>[]): void {
    this.handlers = handlers;
    this.deliver = composed(handlers);
  }
}

/** One function that calls them all, written out for the usual few: a loop over so short an array costs more. */
function composed<T>(handlers: readonly ChannelHandler<T>[]): ChannelHandler<T> {
  const [first, second, third] = handlers;
  if (first === undefined) return () => undefined;
  if (second === undefined) return first;
  if (third === undefined) {
    return (value) => {
      first(value);
      second(value);
    };
  }
  if (handlers.length === 3) {
    return (value) => {
      first(value);
      second(value);
      third(value);
    };
  }
  return (value) => {
    for (let index = 0; index < handlers.length; index += 1) (handlers[index] as ChannelHandler<T>)(value);
  };
}
