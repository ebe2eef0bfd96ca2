import { DomainError } from '@sextant/kernel';
import { QueryFailedError } from 'typeorm';
import {
  asDatabaseFailure,
  asStartFailure,
  isConnectionLoss,
  isRetryable,
  outcomeUnknown,
  violatedConstraint,
} from './database-failure.js';

const failed = (code: string, message = 'failed') => Object.assign(new Error(message), { code });

describe('failures of the database', () => {
  it.each(['ECONNREFUSED', 'ECONNRESET', '57P01', '57P03', '08006', '53300'])('%s is an outage', (code) => {
    const error = failed(code);
    expect(isConnectionLoss(error)).toBe(true);
    expect(asDatabaseFailure(error)).toMatchObject({ code: 'DATABASE_UNAVAILABLE', cause: error });
  });

  it.each(['28P01', '28000', '3D000'])('%s at the start is a matter of set-up', (code) => {
    const failure = asStartFailure(failed(code, 'password authentication failed for user "desk"'));
    expect(failure).toMatchObject({ code: 'DATABASE_UNSUITABLE', context: { exitCode: 78 } });
    expect((failure as Error).message).toContain('user "desk"');
    expect(asStartFailure(failed('57P03'))).toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
  });

  it('take the several addresses of a name together', () => {
    expect(isConnectionLoss(new AggregateError([failed('ECONNREFUSED'), failed('ETIMEDOUT')]))).toBe(true);
    expect(isConnectionLoss(new AggregateError([]))).toBe(false);
  });

  it('that have no code are known by the words of the driver', () => {
    expect(isConnectionLoss(new Error('Connection terminated unexpectedly'))).toBe(true);
    const busy = new Error('timeout exceeded when trying to connect');
    expect(asDatabaseFailure(busy)).toMatchObject({ code: 'DATABASE_BUSY' });
  });

  it('are found inside what TypeORM makes of them', () => {
    const wrapped = new QueryFailedError('SELECT 1', [], new Error('Connection terminated unexpectedly'));
    expect(asDatabaseFailure(wrapped)).toMatchObject({ code: 'DATABASE_UNAVAILABLE', cause: wrapped });
    expect(asDatabaseFailure(new QueryFailedError('', [], failed('57014')))).toMatchObject({
      code: 'DATABASE_TIMEOUT',
    });
  });

  it.each(['57014', '55P03', '25P03'])('%s is a time-out', (code) => {
    expect(asDatabaseFailure(failed(code))).toMatchObject({ code: 'DATABASE_TIMEOUT' });
  });

  it('that are the doing of the statement stay as they are', () => {
    for (const error of [
      failed('23505'),
      failed('42601'),
      failed('40001'),
      new TypeError('bug'),
      null,
      'text',
    ]) {
      expect(asDatabaseFailure(error)).toBe(error);
    }
    const domain = new DomainError('SOME_CODE', 'as it was');
    expect(asDatabaseFailure(domain)).toBe(domain);
  });

  it('may be retried only after a deadlock or a serialization failure', () => {
    expect(['40001', '40P01', '23505', 'ECONNRESET'].map((code) => isRetryable(failed(code)))).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });

  it('in a commit say that the outcome is unknown', () => {
    expect(outcomeUnknown(failed('ECONNRESET')).context).toMatchObject({ outcome: 'UNKNOWN' });
  });

  it('name the violated constraint, also through TypeORM', () => {
    expect(violatedConstraint(Object.assign(failed('23505'), { constraint: 'a_key' }))).toBe('a_key');
    expect(violatedConstraint(Object.assign(failed('23514'), { driverError: { constraint: 'b' } }))).toBe(
      'b',
    );
    expect(violatedConstraint(Object.assign(failed('22012'), { constraint: 'c' }))).toBeUndefined();
  });
});
