import type { FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { calendarPath } from '../../src/app/on-call.ts';
import { createServer } from '../../src/http/server.ts';
import { readCalendar, readMoment } from '../oncall/calendar-text.ts';
import { ANA, BEN, DAN, DAY, HOUR, T0, WEEK } from '../oncall/given.ts';
import { clockAt, granted, listening, processWith, ROTATION } from '../rotas/given.ts';
import { useRedis } from '../support/redis.ts';

const redis = useRedis();
let server: FastifyInstance;
let tocsin: ReturnType<typeof processWith>;
let connection: ReturnType<typeof redis.client>;
const all = { mine: false };
const get = (path: string) => server.inject({ method: 'GET', url: path });

beforeEach(() => {
  connection = redis.client();
  tocsin = processWith({ redis: connection, clock: clockAt(T0 + HOUR), told: listening() });
  server = createServer({
    plugins: [tocsin.plugin],
    ready: async () => ({ ok: true, checks: [] }),
    metrics: null as never,
  });
});
afterEach(() => server.close());

describe('the address of a calendar', () => {
  it('shows who is on call, as calendars read it', async () => {
    const time = { from: T0 + DAY, to: T0 + 2 * DAY };
    granted(await tocsin.onCall.override(ROTATION, { id: 'o1', person: DAN, by: DAN, note: 'Dentist', ...time }));

    const answer = await get(calendarPath(ROTATION, await tocsin.onCall.calendarKey(ANA), all));

    expect(answer.statusCode).toBe(200);
    expect(answer.headers).toMatchObject({
      'content-type': 'text/calendar; charset=utf-8',
      'cache-control': 'private, no-store',
    });
    const { head, events } = readCalendar(answer.body);
    expect(head['X-WR-CALNAME']).toBe('On call: Payments');
    expect(events[0]).toMatchObject({ SUMMARY: `${ANA} on call (Payments)`, DTSTART: '20261123T080000Z' });
    expect(events[1]).toMatchObject({ SUMMARY: `${DAN} on call (Payments)`, DESCRIPTION: 'Dentist' });
    const last = readMoment(events.at(-1)?.DTEND);
    expect(last - T0).toBeGreaterThan(179 * DAY);
    expect(last - T0).toBeLessThan(190 * DAY);
  });

  it('shows one person their own shifts', async () => {
    const { body } = await get(calendarPath(ROTATION, await tocsin.onCall.calendarKey(BEN), { mine: true }));

    const { events } = readCalendar(body);
    expect(events.map(({ SUMMARY }) => SUMMARY)).toEqual(events.map(() => `${BEN} on call (Payments)`));
    expect(readMoment(events[0]?.DTSTART)).toBe(T0 + WEEK);
  });

  it('is the same whenever somebody asks for theirs, and another one for others', async () => {
    const { onCall } = tocsin;
    const keys = await Promise.all([ANA, ANA, BEN].map((person) => onCall.calendarKey(person)));

    expect(keys[1]).toBe(keys[0]);
    expect(keys[2]).not.toBe(keys[0]);
    expect(keys[0]).toMatch(/^U0ANA\.[\w-]{32}$/);
  });

  it('is unknown after it was revoked, and another one is not', async () => {
    const { onCall } = tocsin;
    const old = await onCall.calendarKey(ANA);

    expect(await onCall.revokeCalendarKey(ANA)).toBe(true);
    expect(await onCall.revokeCalendarKey(ANA)).toBe(false);

    expect((await get(calendarPath(ROTATION, old, all))).statusCode).toBe(404);
    expect((await get(calendarPath(ROTATION, await onCall.calendarKey(ANA), all))).statusCode).toBe(200);
  });

  it('says the same where there is no such rotation and where the key is wrong', async () => {
    const key = await tocsin.onCall.calendarKey(ANA);
    const answers = await Promise.all(
      [
        calendarPath('shop/other', key, all),
        calendarPath('other/payments', key, all),
        calendarPath(ROTATION, `${key}x`, all),
        calendarPath(ROTATION, key.replace(ANA, BEN), all),
        calendarPath(ROTATION, `${BEN}.`, all),
        calendarPath(ROTATION, '', all),
        '/oncall/shop/payments.ics',
        `/oncall/shop/payments.ics?key=${key}&key=${key}`,
        `/oncall/shop/payments?key=${key}`,
        `/oncall/shop/..%2Fpayments.ics?key=${key}`,
      ].map(get),
    );

    expect(new Set(answers.map(({ statusCode, body }) => `${statusCode} ${body}`))).toEqual(
      new Set(['404 {"error":"There is no such calendar."}']),
    );
  });

  it('asks for patience while Redis is away', async () => {
    const key = await tocsin.onCall.calendarKey(ANA);
    connection.disconnect();

    const answer = await get(calendarPath(ROTATION, key, all));

    expect(answer.statusCode).toBe(503);
    expect(answer.headers['retry-after']).toBe('60');
  });
});
