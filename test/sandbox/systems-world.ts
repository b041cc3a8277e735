import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fastify } from 'fastify';
import { type Aws, createAws } from '../../sandbox/aws/aws.ts';
import { alarmsOfSystems, type Systems, startSystems } from '../../sandbox/systems/systems.ts';

export interface RunningSystems {
  readonly aws: Aws;
  readonly systems: Systems;
  /** Where they are reached, without a slash at the end. */
  readonly url: string;
  /** What was posted to Tocsin, oldest first. */
  readonly posted: { readonly to: 'alertmanager' | 'events'; readonly body: Record<string, unknown> }[];
  get(path: string): Promise<unknown>;
  press(system: string, fault: string, on: boolean): Promise<Response>;
  close(): Promise<void>;
}

/** The five systems on a real socket; their webhooks write down what they would send. */
export async function runSystems(): Promise<RunningSystems> {
  const certDir = await mkdtemp(join(tmpdir(), 'sandbox-systems-'));
  const aws = await createAws({ certDir, now: Date.now, alarms: alarmsOfSystems });
  const posted: RunningSystems['posted'] = [];
  const webhook = (to: 'alertmanager' | 'events') => ({
    post: async (body: object) => {
      posted.push({ to, body: { ...body } });
      return true;
    },
  });
  let url = '';
  const systems = await startSystems({
    ...{ aws, now: Date.now, base: () => url, tickMs: 50 },
    ...{ alertmanagerWebhook: webhook('alertmanager'), eventsWebhook: webhook('events') },
  });
  const app = fastify({ forceCloseConnections: true });
  await app.register(async (inner) => systems.routes(inner));
  url = await app.listen({ host: '127.0.0.1', port: 0 });

  return {
    ...{ aws, systems, url, posted },
    get: async (path) => (await fetch(`${url}${path}`)).json(),
    press: (system, fault, on) =>
      fetch(`${url}/systems/${system}/faults/${fault}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ on }),
      }),
    close: async () => {
      await systems.close();
      await app.close();
      await aws.close();
      await rm(certDir, { recursive: true });
    },
  };
}
