import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';

/** Tried first, so that an installation is found at the same port by a person. */
const USUAL_PORT = 54_321;

/** A port of the loopback interface that nobody listens on at the moment. */
export async function freePort(): Promise<number> {
  return (await probe(USUAL_PORT)) ?? (await probe(0)) ?? USUAL_PORT;
}

/** True when a server could listen there. */
export async function isFree(port: number): Promise<boolean> {
  return (await probe(port)) !== null;
}

function probe(port: number): Promise<number | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(null));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      const { port: bound } = server.address() as AddressInfo;
      server.close(() => resolve(bound));
    });
  });
}
