import { EXIT_OK } from './command.js';
import type { Command } from './command.js';
import { parseCommandLine } from './command-line.js';
import { counted, table } from './table.js';
import { overview, usageOf } from './usage.js';

function aCommand(name: string, parts: Partial<Command> = {}): Command {
  const run = () => Promise.resolve({ exitCode: EXIT_OK, json: {} });
  return { name, operands: [], options: [], summary: `does ${name}`, run, ...parts };
}

const commands = [
  aCommand('verify', { options: ['account'] }),
  aCommand('consumers'),
  aCommand('consumers resume', { operands: ['NAME', 'STREAM'] }),
];
const parse = (...args: string[]) => parseCommandLine(args, commands);

describe('a command line', () => {
  it('names a command, its operands and its options, in any order', () => {
    expect(parse('verify', '--account', 'acc_1')).toMatchObject({
      command: commands[0],
      options: { account: 'acc_1' },
    });
    expect(parse('--json', '--account=acc_1', 'verify').options).toEqual({ account: 'acc_1' });
    expect(parse('consumers', 'resume', 'fills', 'acc_1')).toMatchObject({
      command: commands[2],
      operands: ['fills', 'acc_1'],
    });
    expect(parse('consumers').command).toBe(commands[1]);
  });

  it('with nothing in it, or with --help, wants to be told what there is', () => {
    expect(parse()).toMatchObject({ command: null, help: true });
    expect(parse('-h')).toMatchObject({ command: null, help: true });
    expect(parse('consumers', 'resume', '--help')).toMatchObject({ command: commands[2], help: true });
  });

  it.each([
    [['frobnicate'], "There is no command 'frobnicate'."],
    [['--account', 'acc_1'], '--account needs a command.'],
    [['verify', '--accounts'], "Unknown option '--accounts'"],
    [['verify', '--account'], "Option '--account <value>' argument missing"],
    [['verify', '--email', 'a@b.c'], "'verify' has no option --email."],
    [['verify', 'acc_1'], "'verify' does not know what to do with 'acc_1'."],
    [['consumers', 'resume'], "'consumers resume' needs NAME."],
    [['consumers', 'resume', 'fills'], "'consumers resume' needs STREAM."],
    [['consumers', 'rewind', 'fills'], "'consumers' does not know what to do with 'rewind'."],
  ])('%j makes no sense', (args, message) => {
    expect(() => parse(...args)).toThrow(message);
  });
});

describe('the help', () => {
  it('has every command with what it takes', () => {
    const lines = overview(commands).split('\n');
    expect(lines).toContain('  verify [--account ID]         does verify');
    expect(lines).toContain('  consumers resume NAME STREAM  does consumers resume');
  });

  it('explains the options of one command', () => {
    expect(usageOf(commands[0]!)).toMatch(
      /^Usage: sextant verify \[--account ID\]\n\ndoes verify\n\n {2}--account ID/,
    );
  });
});

describe('a table', () => {
  it('aligns its columns and ends no line in blanks', () => {
    expect(
      table(
        [
          ['a', '1', 'x'],
          ['long', '100', ''],
        ],
        [1],
      ),
    ).toEqual(['a       1  x', 'long  100']);
    expect(table([])).toEqual([]);
  });

  it('counts in the singular and the plural', () => {
    expect([counted(1, 'event'), counted(1204, 'event'), counted(0, 'entry', 'entries')]).toEqual([
      '1 event',
      '1,204 events',
      '0 entries',
    ]);
  });
});
