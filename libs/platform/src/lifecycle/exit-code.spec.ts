import { DomainError } from '@sextant/kernel';
import { ConfigMistakes, EXIT_CONFIG } from '../config/index.js';
import { ComponentStartFailed } from './component-start-failed.js';
import { exitCodeOf } from './exit-code.js';

const unsuitable = new DomainError('DATABASE_UNSUITABLE', 'The server is too old.', { exitCode: 78 });

it.each([
  ['a mistake in the configuration', new ConfigMistakes([]), EXIT_CONFIG],
  ['a cause that asks for one', unsuitable, 78],
  ['a component that failed of such a cause', new ComponentStartFailed('database', unsuitable), 78],
  ['a component that failed of anything else', new ComponentStartFailed('http', new Error('in use')), 1],
  ['any other error', new Error('no'), 1],
  ['something that is no error', 'no', 1],
  ['nothing', undefined, 1],
])('of %s', (_what, error, code) => expect(exitCodeOf(error)).toBe(code));
