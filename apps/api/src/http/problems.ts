const PROBLEM_CODES = 'sextant:problem-codes';

/**
 * The error codes that a route can answer with, beside those that every route shares. They become the problem
 * responses of the OpenAPI document. On a class: for each of its routes. Several decorators add up.
 */
export function Problems(...codes: string[]): MethodDecorator & ClassDecorator {
  return (target: object, _key?: string | symbol, descriptor?: PropertyDescriptor) => {
    const holder = descriptor === undefined ? target : (descriptor.value as object);
    const known = (Reflect.getOwnMetadata(PROBLEM_CODES, holder) as string[] | undefined) ?? [];
    Reflect.defineMetadata(PROBLEM_CODES, [...new Set([...known, ...codes])], holder);
  };
}

/** The codes declared on a handler and on its controller. */
export function problemCodesOf(controller: object, handler: object): string[] {
  const of = (holder: object) =>
    (Reflect.getOwnMetadata(PROBLEM_CODES, holder) as string[] | undefined) ?? [];
  return [...new Set([...of(controller), ...of(handler)])].sort();
}
