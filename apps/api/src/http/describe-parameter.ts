import { Problems } from './problems.js';

/** A parameter decorator that also documents what it reads and what it refuses. */
export function describeParameter(
  read: () => ParameterDecorator,
  document: MethodDecorator,
  codes: readonly string[],
): () => ParameterDecorator {
  return () => (target, key, index) => {
    read()(target, key, index);
    if (key === undefined) return;
    const descriptor = Object.getOwnPropertyDescriptor(target, key);
    if (descriptor === undefined) return;
    document(target, key, descriptor);
    Problems(...codes)(target, key, descriptor);
  };
}
