/** The engine's own numbers; each goes on where the journal left it. */
export class Sequences {
  #orderId = 0;
  #listId = -1;
  #priority = 0;
  #fillId = 0;

  nextOrderId(): number {
    return (this.#orderId += 1);
  }

  nextListId(): number {
    return (this.#listId += 1);
  }

  /** A later place in the queues than any before. */
  nextPriority(): number {
    return (this.#priority += 1);
  }

  nextFillId(): number {
    return (this.#fillId += 1);
  }

  /** These numbers are taken. */
  seen(numbers: { orderId?: number; orderListId?: number; priority?: number; fillId?: number }): void {
    this.#orderId = Math.max(this.#orderId, numbers.orderId ?? 0);
    this.#listId = Math.max(this.#listId, numbers.orderListId ?? -1);
    this.#priority = Math.max(this.#priority, numbers.priority ?? 0);
    this.#fillId = Math.max(this.#fillId, numbers.fillId ?? 0);
  }
}
