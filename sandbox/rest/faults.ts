import { setTimeout as wait } from 'node:timers/promises';
import type { FastifyInstance, FastifyRequest } from 'fastify';

/** How a stand-in misbehaves. What is told to happen next happens to the next request that changes something, once. */
export interface RestFaults {
  /** It is done, and the connection breaks before its answer. */
  loseNextAnswer(): void;
  /** 503, and nothing is done. */
  refuseNext(): void;
  /** Every answer takes so long, in ms of the wall clock; 0: none does. */
  slow(ms: number): void;
  /** Until it is up again, everything is answered with 503. */
  down(isDown: boolean): void;
  /** Fastify: for all routes of this plugin. */
  add(app: FastifyInstance): void;
}

export function createRestFaults(
  isChange: (request: FastifyRequest) => boolean = ({ method }) => method !== 'GET',
): RestFaults {
  let [lose, refuse, isDown, ms] = [false, false, false, 0];
  return {
    loseNextAnswer: () => {
      lose = true;
    },
    refuseNext: () => {
      refuse = true;
    },
    slow: (next) => {
      ms = next;
    },
    down: (next) => {
      isDown = next;
    },
    add: (app) => {
      app.addHook('preHandler', async (request, reply) => {
        if (ms > 0) await wait(ms);
        const isRefused = refuse && isChange(request);
        if (isRefused) refuse = false;
        if (isRefused || isDown) return await reply.code(503).type('text/plain').send('upstream connect error');
      });
      app.addHook('onSend', async (request, reply) => {
        if (!lose || !isChange(request) || reply.statusCode >= 300) return;
        lose = false;
        request.raw.socket.destroy();
      });
    },
  };
}
