import Fastify, { type FastifyInstance } from 'fastify';

/** A stand-in on a real socket: `prefix` is where its routes begin. */
export async function served(
  routes: (app: FastifyInstance) => Promise<void>,
): Promise<{ readonly url: string; close(): Promise<void> }> {
  const app = Fastify({ forceCloseConnections: true });
  await app.register(routes, { prefix: '/in/here' });
  const address = await app.listen({ host: '127.0.0.1', port: 0 });
  return { url: `${address}/in/here`, close: () => app.close() };
}
