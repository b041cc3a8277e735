import type { FastifyInstance } from 'fastify';
import { answerInteraction } from './answers.ts';
import { ApiError } from './api-error.ts';
import { argumentsOf } from './body.ts';
import type { Journal } from './journal.ts';
import type { Services } from './method.ts';
import type { ResponseUrls } from './tickets.ts';

/** `…/respond/<id>`: what an app posts to a response URL. https://docs.slack.dev/interactivity/handling-user-interaction */
export function respondRoutes(app: FastifyInstance, services: Services, urls: ResponseUrls, journal: Journal): void {
  app.post<{ Params: { id: string } }>('/respond/:id', async (request, reply) => {
    const answer = argumentsOf(request);
    const outcome = respond(services, urls.use(request.params.id), answer);
    journal.add({ kind: 'response_url', name: 'respond', args: answer, outcome });
    if (outcome === 'ok') return reply.send('ok');
    return reply.code(404).send({ ok: false, error: outcome });
  });
}

function respond(services: Services, target: ReturnType<ResponseUrls['use']>, answer: Record<string, unknown>): string {
  if (typeof target === 'string') return target;
  try {
    answerInteraction(services, target, answer);
    return 'ok';
  } catch (error) {
    if (error instanceof ApiError) return error.code;
    throw error;
  }
}
