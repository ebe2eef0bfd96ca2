import type { GarbageKind } from './fault-rule.js';

const DEPTH = 20_000;
const HUGE_BYTES = 16 << 20;

/** Bytes that no client should have to expect, and that every client gets one day. */
export function garbage(what: GarbageKind): string | Buffer {
  switch (what) {
    case 'HTML':
      return '<html><head><title>502 Bad Gateway</title></head><body><center>nginx</center></body></html>';
    case 'EMPTY':
      return '';
    case 'DEEP_JSON':
      return `${'{"a":'.repeat(DEPTH)}null${'}'.repeat(DEPTH)}`;
    case 'BAD_UTF8':
      return Buffer.concat([
        Buffer.from('{"msg":"'),
        Buffer.from([0xff, 0xfe, 0xc3, 0x28]),
        Buffer.from('"}'),
      ]);
    case 'HUGE':
      return `{"padding":"${'x'.repeat(HUGE_BYTES)}"}`;
    case 'NOT_JSON':
      return '{"orderId": 12, "status": ';
  }
}
