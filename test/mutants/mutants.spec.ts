import { existsSync } from 'node:fs';
import { transformSync } from '@swc/core';
import { copyOfSource, mutated, protocolMutants, runMutant } from '../../tools/mutants.mjs';

const typescript = { syntax: 'typescript', decorators: true } as const;

describe('the mutants of the protocol', () => {
  it('are fifteen, each with a name of its own', () => {
    expect(new Set(protocolMutants.map(({ name }) => name)).size).toBe(15);
  });

  it.each(protocolMutants.map((mutant) => [mutant.name, mutant] as const))(
    '%s can be applied',
    (_, mutant) => {
      for (const [file, text] of mutated(mutant)) {
        expect(() => transformSync(text, { filename: file, jsc: { parser: typescript } })).not.toThrow();
      }
      if (mutant.caughtBy.kind === 'SPEC') expect(existsSync(mutant.caughtBy.file)).toBe(true);
    },
  );

  it('are no longer applied in silence when the source has changed', () => {
    const edits = [{ file: 'package.json', find: 'nobody wrote this', replace: '' }];
    const gone = { name: 'gone', what: '', caughtBy: { kind: 'SIMULATION' as const }, edits };
    expect(() => mutated(gone)).toThrow('gone: its anchor stands 0 times in package.json');
  });

  // All of them: node tools/mutants.mjs
  it('are seen by the simulation: three of them', async () => {
    const three = ['resend-without-fence', 'answer-before-commit', 'trade-id-alone'];
    const { folder, remove } = copyOfSource();
    try {
      for (const mutant of protocolMutants.filter(({ name }) => three.includes(name))) {
        expect(await runMutant(mutant, folder, { seed: 1 })).toMatchObject({ caught: true });
      }
    } finally {
      remove();
    }
  }, 120_000);
});
