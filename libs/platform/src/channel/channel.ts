/** Called synchronously for every published value. */
export type ChannelHandler<T> = (value: T) => void;

/**
 * In-process dispatch for the hot paths: synchronous, typed, in subscription order. A handler's exception goes to
 * the publisher. Subscribing or leaving while a value is being delivered takes effect with the next value.
 */
export class Channel<T> {
  private handlers: readonly ChannelHandler<T>[] = [];

  /** @returns a function that ends the subscription. */
  subscribe(handler: ChannelHandler<T>): () => void {
    this.handlers = [...this.handlers, handler];
    let active = true;
    return () => {
      if (!active) return;
      active = false;
      const at = this.handlers.indexOf(handler);
      this.handlers = this.handlers.filter((_, index) => index !== at);
    };
  }

  publish(value: T): void {
    const handlers = this.handlers;
    for (let index = 0; index < handlers.length; index += 1) (handlers[index] as ChannelHandler<T>)(value);
  }

  get subscribers(): number {
    return this.handlers.length;
  }
}
