import Fastify, { type FastifyInstance, type FastifyPluginCallback } from 'fastify';
import type { Metrics } from './metrics.ts';

export interface Readiness {
  readonly ok: boolean;
  readonly checks: readonly { readonly name: string; readonly ok: boolean; readonly detail: string }[];
}

export interface ServerDeps {
  readonly plugins: readonly FastifyPluginCallback[];
  readonly ready: () => Promise<Readiness>;
  readonly metrics: Metrics;
}

const IDLE_LOOK_MS = 50;

/**
 * Webhooks, health and metrics. `/healthz`: the process answers. `/readyz`: it can do its work, with each check by name;
 * 503 while it cannot. `/metrics`: for Prometheus.
 */
export function createServer({ plugins, ready, metrics }: ServerDeps): FastifyInstance {
  const app = Fastify({ logger: false, bodyLimit: 300 * 1024, forceCloseConnections: 'idle', requestTimeout: 15_000 });
  app.get('/healthz', async () => ({ ok: true }));
  app.get('/readyz', async (_request, reply) => {
    const readiness = await ready();
    return await reply.status(readiness.ok ? 200 : 503).send(readiness);
  });
  app.get('/metrics', async (_request, reply) => {
    const text = await metrics.registry.metrics();
    return await reply.type(metrics.registry.contentType).send(text);
  });
  for (const plugin of plugins) app.register(plugin);
  app.addHook('preClose', async () => letGo(app));
  return app;
}

/** Closing ends the connections that are idle just then; one that is answered afterwards would be kept for its next request, for a minute. */
function letGo({ server }: FastifyInstance): void {
  if (!server.listening) return;
  const timer = setInterval(() => server.closeIdleConnections(), IDLE_LOOK_MS);
  server.once('close', () => clearInterval(timer));
}
