import type { FastifyInstance } from 'fastify';

interface KnownRoute {
  pattern: RegExp;
  methods: Set<string>;
}

const tables = new WeakMap<object, Map<string, KnownRoute>>();

/** Notes every route as it is registered, so that a wrong method can be told from a wrong path. */
export function noteRoutes(fastify: FastifyInstance): void {
  const table = new Map<string, KnownRoute>();
  tables.set(fastify.server, table);
  fastify.addHook('onRoute', ({ url, method }) => {
    if (url.includes('*')) return;
    const route = table.get(url) ?? { pattern: patternOf(url), methods: new Set<string>() };
    for (const one of [method].flat()) route.methods.add(one);
    table.set(url, route);
  });
}

/** Methods that the path of `url` is served with; empty when nothing is served there. */
export function allowedMethods(fastify: FastifyInstance, url: string): string[] {
  const [path = '/'] = url.split('?', 1);
  const routes = [...(tables.get(fastify.server)?.values() ?? [])];
  return [
    ...new Set(routes.filter((route) => route.pattern.test(path)).flatMap((route) => [...route.methods])),
  ].sort();
}

function patternOf(url: string): RegExp {
  const parts = url
    .split('/')
    .map((part) => (part.startsWith(':') ? '[^/]+' : part.replace(/[.+?()[\]{}|^$\\]/g, '\\$&')));
  return new RegExp(`^${parts.join('/')}$`);
}
