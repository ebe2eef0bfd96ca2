import type { AccountId } from '@sextant/kernel';
import { JournalLost, SessionReplaced, venueRefusals } from '@sextant/venue';
import { describeConformance } from '../conformance/describe-conformance.contract.js';
import { paperTarget } from '../conformance/paper-target.js';
import { failureOutcome, refusalOutcome, simulatedOutcomes } from './simulated-outcomes.js';

const accountId = `acc_${'1'.repeat(32)}` as AccountId;

describeConformance(paperTarget);

it('has one outcome for every refusal of the venue, each with the code and words of the venue as evidence', () => {
  expect(Object.keys(simulatedOutcomes).sort()).toEqual(Object.keys(venueRefusals).sort());
  expect(new Set(Object.values(simulatedOutcomes)).size).toBe(Object.keys(venueRefusals).length);
  expect(refusalOutcome('DUPLICATE_ORDER', 5)).toEqual({
    outcome: 'REFUSED',
    reason: { code: 'DUPLICATE_CLIENT_ORDER_ID', detail: 'Duplicate order sent.' },
    evidence: { kind: 'VENUE_ANSWER', detail: { code: -2010, message: 'Duplicate order sent.' }, at: 5 },
  });
});

it('tells unknown from not sent by what is known of the write, and lets a bug through', () => {
  const cause = new Error('connection lost');
  expect(failureOutcome(new JournalLost('UNKNOWN', cause), 5).outcome).toBe('UNKNOWN');
  expect(failureOutcome(new JournalLost('NO', cause), 5)).toMatchObject({
    outcome: 'REFUSED',
    evidence: { kind: 'NOT_SENT' },
  });
  expect(failureOutcome(new SessionReplaced(accountId), 5)).toMatchObject({ evidence: { kind: 'FENCE' } });
  expect(() => failureOutcome(new TypeError('bug'), 5)).toThrow('bug');
});
