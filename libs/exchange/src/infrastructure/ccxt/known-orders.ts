interface KnownOrder {
  clientOrderId: string;
  venueOrderId: string;
  symbol: string;
}

const CAPACITY = 20_000;

/** Which order of the venue is which of ours, for venues that tell fills and take cancels by their own id alone. */
export class KnownOrders {
  private readonly byVenueId = new Map<string, KnownOrder>();
  private readonly byClientId = new Map<string, KnownOrder>();
  /** Markets that this session has touched. */
  readonly symbols = new Set<string>();

  note({ clientOrderId, venueOrderId, symbol }: KnownOrder): void {
    const order = { clientOrderId, venueOrderId, symbol };
    this.symbols.add(symbol);
    remember(this.byVenueId, `${symbol} ${venueOrderId}`, order);
    remember(this.byClientId, `${symbol} ${clientOrderId}`, order);
  }

  clientOrderId(symbol: string, venueOrderId: string): string | null {
    return this.byVenueId.get(`${symbol} ${venueOrderId}`)?.clientOrderId ?? null;
  }

  venueOrderId(symbol: string, clientOrderId: string): string | null {
    return this.byClientId.get(`${symbol} ${clientOrderId}`)?.venueOrderId ?? null;
  }
}

/** The oldest entry goes when there are too many. */
export function remember<T>(map: Map<string, T>, key: string, value: T, capacity: number = CAPACITY): void {
  map.delete(key);
  map.set(key, value);
  if (map.size <= capacity) return;
  for (const oldest of map.keys()) {
    map.delete(oldest);
    return;
  }
}
