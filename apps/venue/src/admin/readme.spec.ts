import { readFileSync } from 'node:fs';
import { FAITHFUL } from '../faults/quirks.js';
import { ADMIN_CALLS } from './admin-door.js';
import { INCIDENTS } from './incidents.js';

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');

describe('the venue’s README', () => {
  it('tells every incident with its title and sources', () => {
    const missing = INCIDENTS.filter(
      ({ name, title, sources }) =>
        ![`\`${name}\``, title, sources.join(', ')].every((text) => readme.includes(text)),
    );
    expect(missing.map(({ name }) => name)).toEqual([]);
  });

  it('tells every call of the admin API, and every quirk', () => {
    expect(ADMIN_CALLS.filter((call) => !readme.includes(`\`${call}\``))).toEqual([]);
    expect(Object.keys(FAITHFUL).filter((quirk) => !readme.includes(`\`${quirk}\``))).toEqual([]);
  });
});
