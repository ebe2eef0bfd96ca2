import { incidents } from './incidents.js';
import { runSchedule } from './run-schedule.js';

describe('what happened to others', () => {
  it.each(incidents.map((incident) => [incident.title, incident] as const))('%s', async (_, incident) => {
    const { violations, history, orders, hits } = await runSchedule(incident.schedule);
    expect(violations.length === 0 ? [] : [...violations, ...history]).toEqual([]);
    const meant = incident.schedule.commands.flatMap(({ faults }) => Object.keys(faults ?? {}));
    expect(meant.filter((kind) => !hits.has(kind))).toEqual([]);
    // A taking order ends with what it found: all of it, or less.
    expect(orders.map((status) => (status === 'EXPIRED' ? 'FILLED' : status))).toEqual(incident.ends);
  });
});
