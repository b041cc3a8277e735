import { type FastifyInstance, fastify } from 'fastify';

/** Serves a stand-in under a prefix on a port of its own. */
export async function served(
  routes: (app: FastifyInstance) => Promise<void>,
): Promise<{ readonly url: string; close(): Promise<void> }> {
  const app = fastify({ forceCloseConnections: true });
  await app.register(routes, { prefix: '/there' });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  return { url: `${url}/there`, close: () => app.close() };
}
