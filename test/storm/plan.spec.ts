import { drawSchedule, HABITS, INSIDE, OUTSIDE } from './plan.js';

const schedules = Array.from({ length: 400 }, (_, seed) => drawSchedule(seed));

it('draws the same schedule from the same seed, and others from others', () => {
  expect(drawSchedule(7)).toEqual(drawSchedule(7));
  expect(new Set(schedules.map((schedule) => JSON.stringify({ ...schedule, seed: 0 }))).size).toBe(400);
});

it('comes by every kill point, every disaster and every fault of the venue', () => {
  const steps = new Set(schedules.flatMap(({ kills }) => kills.map(({ step }) => step)));
  expect([...steps].sort()).toEqual([...INSIDE, ...OUTSIDE].sort());
  const paused = schedules.flatMap(({ kills }) => kills.filter(({ pauseMs }) => pauseMs !== undefined));
  expect(new Set(paused.map(({ step }) => step)).size).toBe(INSIDE.length + OUTSIDE.length - 2);
  const disasters = new Set(schedules.flatMap((schedule) => schedule.disasters.map(({ kind }) => kind)));
  expect(disasters.size).toBe(14);
  const faults = new Set(schedules.flatMap((schedule) => schedule.faults.map(({ name }) => name)));
  expect(faults.size).toBe(34);
});

it('leaves out as much as it puts in, so that some schedules are extreme in one thing', () => {
  expect(schedules.some(({ faults }) => faults.length <= 2)).toBe(true);
  expect(schedules.some(({ faults }) => faults.length >= 12)).toBe(true);
  for (const { habits } of schedules) expect(HABITS.some((habit) => habits[habit] > 0)).toBe(true);
});
