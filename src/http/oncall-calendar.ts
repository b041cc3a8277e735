import type { FastifyPluginCallback, FastifyRequest } from 'fastify';
import { kindOf } from '../app/errors.ts';

export interface OnCallCalendarDeps {
  /**
   * The text of a rotation's calendar for whoever presents this key; `null`: there is no such rotation, or nobody has this key. Throws TransientError when
   * Redis is away.
   */
  readonly calendar: (rotation: string, key: string, wishes: { readonly mine: boolean }) => Promise<string | null>;
}

interface Asked {
  readonly Params: { readonly service: string; readonly file: string };
  readonly Querystring: Readonly<Record<string, unknown>>;
}

const FILE = /^(?<rotation>[a-z0-9-]{1,60})\.ics$/;

/**
 * `GET /oncall/<service>/<rotation>.ics?key=…`: who is on call, for calendars; with `me=1` only the shifts of whom the key belongs to. A wrong key
 * and a rotation that does not exist are answered alike. Nothing between may keep the answer.
 */
export function onCallCalendar({ calendar }: OnCallCalendarDeps): FastifyPluginCallback {
  async function textFor({ params: { service, file }, query }: Pick<FastifyRequest<Asked>, 'params' | 'query'>) {
    const rotation = FILE.exec(file)?.groups?.rotation;
    const key = typeof query.key === 'string' ? query.key.slice(0, 200) : '';
    return rotation === undefined ? null : await calendar(`${service}/${rotation}`, key, { mine: query.me === '1' });
  }

  return (app, _options, done) => {
    app.get<Asked>('/oncall/:service/:file', async (request, reply) => {
      reply.header('cache-control', 'private, no-store').header('x-content-type-options', 'nosniff');
      try {
        const text = await textFor(request);
        if (text === null) return await reply.status(404).send({ error: 'There is no such calendar.' });
        return await reply.type('text/calendar; charset=utf-8').send(text);
      } catch (error) {
        if (kindOf(error) === 'bug') throw error;
        return await reply.status(503).header('retry-after', '60').send({ error: 'Not now: try again in a minute.' });
      }
    });
    done();
  };
}
