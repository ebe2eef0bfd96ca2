import type { Component } from './component.js';

/** Names of the components that each one needs, `EVERYTHING_ELSE` resolved. */
export type Dependencies = ReadonlyMap<string, readonly string[]>;

/** @throws Error when a dependency is not registered or when components need each other in a circle. */
export function resolveDependencies(components: readonly Component[]): Dependencies {
  const names = new Set(components.map((component) => component.name));
  const ordinary = components
    .filter(({ dependsOn }) => dependsOn !== 'EVERYTHING_ELSE')
    .map(({ name }) => name);
  const dependencies = new Map(
    components.map(({ name, dependsOn }) => [name, dependsOn === 'EVERYTHING_ELSE' ? ordinary : dependsOn]),
  );
  for (const [name, needed] of dependencies) {
    const missing = needed.find((other) => !names.has(other));
    if (missing) throw new Error(`Component ${name} needs ${missing}, which is not registered.`);
  }
  for (const name of names) refuseCircle(name, dependencies, []);
  return dependencies;
}

/** The other direction: who needs each component. */
export function dependents(dependencies: Dependencies): Dependencies {
  const reversed = new Map<string, string[]>([...dependencies.keys()].map((name) => [name, []]));
  for (const [name, needed] of dependencies) {
    for (const other of needed) reversed.get(other)?.push(name);
  }
  return reversed;
}

function refuseCircle(name: string, dependencies: Dependencies, path: readonly string[]): void {
  if (path.includes(name)) throw new Error(`Components need each other: ${[...path, name].join(' → ')}.`);
  for (const other of dependencies.get(name) ?? []) refuseCircle(other, dependencies, [...path, name]);
}
