import { conformanceCases, openConformanceWorld, runConformanceCase } from '@sextant/exchange';
import type { ConformanceTarget, VenueTraits } from '@sextant/exchange';

/**
 * The suite, one spec a case. What the venue has not, or its fixture cannot show, is said by the caller: a case that is
 * skipped for anything else fails, and so does a word that skips nothing any more.
 */
export function describeVenue(
  target: ConformanceTarget,
  { lacks = [], fixtureLacks = [] }: { lacks?: readonly string[]; fixtureLacks?: readonly string[] },
): void {
  describe(target.name, () => {
    const declared = new Set([
      ...lacks.map((what) => `the venue has no ${what}`),
      ...fixtureLacks.map((what) => `the fixture has no ${what}`),
    ]);
    const met = new Set<string>();
    let traits: VenueTraits;

    beforeAll(async () => {
      const world = await openConformanceWorld(target);
      ({ traits } = world.session);
      await world.session.close();
      await world.close();
    });

    it.each(conformanceCases.map((each) => [each.name, each] as const))('%s', async (_name, each) => {
      const lacking = each.lacks?.(traits) ?? null;
      const { result, detail } =
        lacking === null
          ? await runConformanceCase(target, each)
          : { result: 'SKIPPED', detail: `the venue has no ${lacking}` };
      if (result === 'SKIPPED') met.add(detail);
      const isDeclared = result === 'SKIPPED' && declared.has(detail);
      expect([result, detail]).toEqual(isDeclared ? [result, detail] : ['PASSED', '']);
    });

    it('lacks what is said above, and nothing more', () => {
      expect([...met].sort()).toEqual([...declared].sort());
    });
  });
}
