import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { isSigned } from '../../../src/http/proof.ts';
import { createWebhookWay } from '../../../src/paging/ways/webhook.ts';
import { createGuardedFetch } from '../../../src/probes/guarded-fetch.ts';
import { ANA, incident } from '../../blocks/incidents.ts';
import { AT, CARD, createLines, notice, permalink, to } from './given.ts';
import { closedPort, type Received, useReceiver } from './receiver.ts';

const SECRET = 'a-secret-of-24-characters';
const WAY = { kind: 'webhook', to: '${PAGER_URL}' } as const;
const NOTHING: Received = { path: '', headers: {}, body: '' };
const receiver = useReceiver();
const log = createLines();

function way({ url = `${receiver.url}/hooks/s3cret-path`, secret = SECRET as string | null } = {}) {
  const variables = url === '' ? {} : { PAGER_URL: url };
  return createWebhookWay({ fetch: createGuardedFetch(), secret, variables, permalink, now: () => AT, log });
}

describe('a webhook of a policy', () => {
  it('gets the page as JSON', async () => {
    const sent = await way().send(WAY, [notice()], to('U0ANA'));

    expect(sent).toEqual({ ok: true, left: [{ kind: 'webhook', to: '${PAGER_URL}' }] });
    expect(receiver.received).toHaveLength(1);
    expect(JSON.parse(receiver.received[0]?.body ?? '')).toEqual({
      type: 'page',
      id: 'INC-7/1/page/L2.1/0 role:senior',
      at: '2026-11-22T03:00:00.000Z',
      level: 'L2',
      repeat: 0,
      to: { title: 'Senior engineer', people: ['U0ANA'] },
      incident: {
        ...{
          id: 'INC-7',
          status: 'triggered',
          severity: 'P1',
          class: 'system',
          title: 'p95 latency is high',
          summary: '',
        },
        ...{
          since: '2026-11-22T03:00:00.000Z',
          owner: null,
          drill: false,
          service: 'bikeshare',
          service_title: 'Bikeshare',
        },
        ...{ environment: 'prod', team: 'ML platform', link: CARD },
      },
    });
  });

  it('can tell by the signature that it is from Tocsin and from now, as the documentation shows', async () => {
    await way().send(WAY, [notice()], to());

    const [{ headers, body } = NOTHING] = receiver.received;
    const timestamp = String(headers['x-tocsin-timestamp']);
    const expected = createHmac('sha256', SECRET).update(`${timestamp}.${body}`).digest('hex');
    expect(headers['x-tocsin-signature']).toBe(`sha256=${expected}`);
    expect(timestamp).toBe(String(AT / 1_000));
    expect(isSigned(expected, SECRET, timestamp, '.', body)).toBe(true);
  });

  it('can tell a repetition by its key, whatever a role is called', async () => {
    await way().send(WAY, [{ ...notice(), id: 'INC-7/1/page/L2.1/0 role:größe' }], to());

    expect(receiver.received[0]?.headers['idempotency-key']).toBe('INC-7/1/page/L2.1/0 role:gr%C3%B6%C3%9Fe');
  });

  it('gets each of several incidents', async () => {
    const sent = await way().send(WAY, [notice({ id: 'INC-1' }), notice({ id: 'INC-2' })], to());

    expect(sent).toEqual({ ok: true, left: [{ kind: 'webhook', to: '${PAGER_URL}' }] });
    expect(receiver.received.map(({ body }) => JSON.parse(body).incident.id).sort()).toEqual(['INC-1', 'INC-2']);
  });

  it('hears who has it, that nobody has it any more, and that it is over', async () => {
    const left = { kind: 'webhook', to: '${PAGER_URL}' } as const;
    await way().tellWebhook(left, 'acknowledged', incident('acknowledged'));
    await way().tellWebhook(left, 'unacknowledged', incident('triggered'));
    await way().tellWebhook(left, 'resolved', incident('resolved'));

    const told = receiver.received.map(({ body }) => JSON.parse(body));
    expect(told).toMatchObject([
      { type: 'acknowledged', id: 'INC-7/acknowledged/12', by: ANA, incident: { status: 'acknowledged' } },
      { type: 'unacknowledged', by: null, at: null },
      { type: 'resolved', by: ANA, at: expect.any(String), incident: { status: 'resolved' } },
    ]);
  });

  it.each([408, 425, 429, 500, 503])('may take it another time after %i', async (status) => {
    receiver.answer = { status };

    expect(await way().send(WAY, [notice()], to())).toEqual({
      ok: false,
      why: `${new URL(receiver.url).host} answers ${status}`,
      isUsable: true,
    });
  });

  it.each([400, 401, 404, 410])('needs a person after %i', async (status) => {
    receiver.answer = { status };

    expect(await way().send(WAY, [notice()], to())).toMatchObject({ ok: false, isUsable: false });
  });

  it('is not followed to another address', async () => {
    receiver.answer = { status: 302, location: `${receiver.url}/elsewhere` };

    const sent = await way().send(WAY, [notice()], to());

    expect(sent).toMatchObject({ ok: false, why: expect.stringContaining('follows no redirects'), isUsable: false });
    expect(receiver.received).toHaveLength(1);
  });

  it('may take it another time when it is not there', async () => {
    const host = `127.0.0.1:${await closedPort()}`;

    const sent = await way({ url: `http://${host}/s3cret` }).send(WAY, [notice()], to());

    expect(sent).toEqual({ ok: false, why: `${host} refuses the connection`, isUsable: true });
  });

  it('is given up after five seconds', async () => {
    receiver.answer = 'hang';

    expect(await way().send(WAY, [notice()], to())).toMatchObject({
      ok: false,
      why: expect.stringContaining('did not answer in time'),
      isUsable: true,
    });
  });

  it('is never where a cloud keeps credentials', async () => {
    const sent = await way({ url: 'http://169.254.169.254/latest' }).send(WAY, [notice()], to());

    expect(sent).toMatchObject({ ok: false, why: expect.stringContaining('link-local'), isUsable: false });
  });

  it('gets nothing that is not signed', async () => {
    const sent = await way({ secret: null }).send(WAY, [notice()], to());

    expect(sent).toEqual({ ok: false, why: 'PAGE_WEBHOOK_SECRET is not set', isUsable: false });
    expect(receiver.received).toEqual([]);
  });

  it('is named by its variable alone when it is not set, or no address', async () => {
    expect(await way({ url: '' }).send(WAY, [notice()], to())).toMatchObject({ why: 'PAGER_URL is not set' });
    expect(await way({ url: 'hunter2' }).send(WAY, [notice()], to())).toMatchObject({
      why: expect.stringMatching(/^PAGER_URL holds no web address/),
      isUsable: false,
    });
    receiver.answer = { status: 404 };
    expect(JSON.stringify(await way().send(WAY, [notice()], to()))).not.toContain('s3cret');
  });
});
