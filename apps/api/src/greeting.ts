interface Started {
  url: string;
  /** Shown once, on the first start of a database. */
  firstKey: string | null;
  docs: boolean;
}

/** What a person sees when the platform is ready: where it is, and a line to paste. */
export function greeting({ url, firstKey, docs }: Started): string {
  const lines = ['', `Sextant is ready at ${url}`];
  if (docs) lines.push(`  documents       ${url}/docs`);
  if (firstKey !== null) {
    lines.push(
      `  administrator   ${firstKey}`,
      '                  This API key is shown now and never again: keep it.',
    );
  }
  lines.push('', 'Place an order on paper:', '', orderLine(url, firstKey ?? '$SEXTANT_API_KEY'), '');
  return `${lines.join('\n')}\n`;
}

function orderLine(url: string, key: string): string {
  const order = '{"symbol":"BTCUSDT","side":"BUY","quantity":"0.001","type":"MARKET"}';
  const auth = key.startsWith('$') ? `-H "X-API-Key: ${key}"` : `-H 'X-API-Key: ${key}'`;
  return `curl -sS ${url}/api/orders ${auth} -H 'Content-Type: application/json' -d '${order}'`;
}
