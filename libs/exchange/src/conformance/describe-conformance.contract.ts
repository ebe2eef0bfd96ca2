import { openWorld } from './conformance-world.js';
import { conformanceCases, missingIn } from './run-conformance.js';
import type { ConformanceTarget } from './venue-under-test.js';

/** The suite as specs, for our own adapters. A case that the fixture does not support passes with nothing asserted but that. */
export function describeConformance(target: ConformanceTarget): void {
  describe(`${target.name} behind the port`, () => {
    it.each(conformanceCases.map((each) => [each.name, each] as const))(
      '%s',
      async (_name, conformanceCase) => {
        const world = await openWorld(target);
        try {
          const missing = missingIn(world, conformanceCase);
          if (missing === null) await conformanceCase.run(world);
          else expect(missing).toMatch(/^the (?:venue|fixture) has no /);
        } finally {
          await world.session.close();
          await world.close();
        }
      },
    );
  });
}
