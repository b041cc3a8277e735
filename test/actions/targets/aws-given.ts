import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fastify } from 'fastify';
import { afterAll, beforeAll, vi } from 'vitest';
import { type Aws, createAws } from '../../../sandbox/aws/aws.ts';
import { type AwsClients, createAwsClients } from '../../../src/aws/clients.ts';

/** An AWS that the real SDK talks to, for all tests of a file; its clock is that of the test that runs. */
export interface AwsGiven {
  readonly aws: Aws;
  readonly clients: AwsClients;
  /** As the product makes them for changes: each asks once. */
  readonly acting: AwsClients;
  readonly endpoint: string;
}

export function useSandboxAws(): { at(clock: { now: number }): AwsGiven } {
  let clock = { now: Date.UTC(2026, 10, 22, 3, 0) };
  let given: AwsGiven | null = null;
  let close = async () => {};

  beforeAll(async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'sandbox');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'sandbox');
    const certDir = await mkdtemp(join(tmpdir(), 'actions-aws-'));
    const aws = await createAws({ certDir, now: () => clock.now });
    const app = fastify({ forceCloseConnections: true });
    await app.register(aws.routes, { prefix: '/aws' });
    await app.listen({ host: '127.0.0.1', port: 0 });
    const { port } = app.server.address() as AddressInfo; // it listens on TCP
    const endpoint = `http://127.0.0.1:${port}/aws/`;
    given = {
      aws,
      endpoint,
      clients: createAwsClients({ endpoint }),
      acting: createAwsClients({ endpoint, once: true }),
    };
    close = async () => {
      await app.close();
      await aws.close();
      await rm(certDir, { recursive: true });
      vi.unstubAllEnvs();
    };
  });
  afterAll(async () => await close());

  return {
    at(held) {
      clock = held;
      if (given === null) throw new Error('there is no AWS before the tests begin');
      given.aws.lambda.faults.clear();
      given.aws.ecs.faults.clear();
      return given;
    },
  };
}
