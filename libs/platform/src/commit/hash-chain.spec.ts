import type { LedgerTransactionId } from '@sextant/kernel';
import { createHash } from 'node:crypto';
import { canonicalJson, continuesChain, eventHash, GENESIS_HASH, ledgerHash } from './hash-chain.js';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

describe('the hash chains', () => {
  const facts = {
    streamId: 'acc_1',
    sequence: 1,
    type: 'OrderPlaced',
    occurredAt: 1_700_000_000_123,
    actor: 'usr_1',
    traceId: null,
  };

  it('cover the previous hash, the facts and the payload of an event, as the documentation says', () => {
    const expected = sha256(
      `${GENESIS_HASH}\n["acc_1",1,"OrderPlaced",1700000000123,"usr_1",null]\n{"b":1,"a":"é"}`,
    );
    expect(eventHash(GENESIS_HASH, facts, '{"b":1,"a":"é"}')).toBe(expected);
    expect(continuesChain(GENESIS_HASH, { ...facts, payload: { b: 1, a: 'é' }, hash: expected })).toBe(true);
    expect(continuesChain('1'.repeat(64), { ...facts, payload: { b: 1, a: 'é' }, hash: expected })).toBe(
      false,
    );
  });

  it('cover a ledger transaction as canonical JSON', () => {
    const transaction = {
      transactionId: 'ltx_1' as LedgerTransactionId,
      kind: 'FILL',
      reference: 'fil_1',
      occurredAt: 5,
      memo: { z: 1, a: { y: null, b: [true] } },
      postings: [
        { account: 'assets', asset: 'BTC', amount: 10n ** 30n },
        { account: 'equity', asset: 'BTC', amount: -(10n ** 30n) },
      ],
    };
    const amount = `1${'0'.repeat(30)}`;
    const expected = sha256(
      `${GENESIS_HASH}\n{"accountId":"acc_1","chainSequence":7,"kind":"FILL","memo":{"a":{"b":[true],"y":null},"z":1},` +
        `"occurredAt":5,"postings":[{"account":"assets","amount":"${amount}","asset":"BTC"},` +
        `{"account":"equity","amount":"-${amount}","asset":"BTC"}],"reference":"fil_1","transactionId":"ltx_1"}`,
    );
    expect(ledgerHash(GENESIS_HASH, 'acc_1', 7, transaction)).toBe(expected);
  });

  it('do not depend on the order in which keys were set', () => {
    expect(canonicalJson({ b: [{ d: 1, c: 2 }], a: '"' })).toBe(
      canonicalJson({ a: '"', b: [{ c: 2, d: 1 }] }),
    );
  });
});
