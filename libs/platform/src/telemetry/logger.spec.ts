import { Logger } from './logger.js';

function lineOf(stacks: boolean): {
  error: { message: string; stack?: string[]; cause: { stack?: string[] } };
} {
  let written = '';
  const destination = { write: (line: string) => (written = line), flush: () => undefined };
  const logger = Logger.create({ app: 'test', level: 'INFO', destination, stacks });
  logger.error('It failed', { error: new Error('outer', { cause: new Error('inner') }) });
  return JSON.parse(written);
}

it('shows where errors come from when asked for', () => {
  const { error } = lineOf(true);
  expect(error.stack?.[0]).toMatch(/^at .*logger\.spec/);
  expect(error.cause.stack?.[0]).toMatch(/^at .*logger\.spec/);
});

it('shows what errors say and no frames otherwise', () => {
  const { error } = lineOf(false);
  expect(error).toMatchObject({ message: 'outer', cause: { message: 'inner' } });
  expect(JSON.stringify(error)).not.toContain('stack');
});
