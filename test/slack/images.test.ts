import type { KnownBlock } from '@slack/types';
import type { Redis } from 'ioredis';
import { pino } from 'pino';
import { beforeAll, describe, expect, it } from 'vitest';
import { SetupError, TransientError } from '../../src/app/errors.ts';
import { createSlackClients } from '../../src/slack/clients.ts';
import { createImages, type ImageDeps } from '../../src/slack/images.ts';
import { createKeys } from '../../src/store/keys.ts';
import { processOn } from '../app/given.ts';
import { ANA, alert, BEN, service, T0 } from '../domain/given.ts';
import { type Answers, type Asked, type StandIn, standIn } from '../probes/stand-in.ts';
import { useRedis } from '../support/redis.ts';
import { deliveryOn, slackInMemory } from './given.ts';

const server = useRedis();
let redis: Redis;
beforeAll(() => {
  redis = server.client();
});

const quiet = pino({ level: 'silent' });
const keys = createKeys();
const PNG = Buffer.from('\u0089PNG and so on', 'latin1');
const GRAPH = { type: 'image', slack_file: { id: 'F0GRAPH001' }, alt_text: 'p95, from 23:10 to 02:10' } as const;

const form = ({ body }: Asked) => Object.fromEntries(new URLSearchParams(body));
const whats = ({ asked }: StandIn) => asked.map(({ what }) => what.replace('/api/', ''));

/** A Slack that has a file ready when it is asked for the `readyAt`th time. */
function slackSays(readyAt: number, more: Answers = {}): Answers {
  let looks = 0;
  return {
    '/api/files.getUploadURLExternal': ({ headers }) => ({
      json: { ok: true, upload_url: `http://${headers.host}/upload/1`, file_id: 'F0GRAPH001' },
    }),
    '/upload/1': () => ({ text: 'OK' }),
    '/api/files.completeUploadExternal': () => ({ json: { ok: true, files: [{ id: 'F0GRAPH001' }] } }),
    '/api/files.info': () => ({ json: { ok: true, file: { mimetype: ++looks < readyAt ? '' : 'image/png' } } }),
    ...more,
  };
}

function imagesOn(slack: StandIn, more: Partial<ImageDeps> = {}) {
  const { outbox: client } = createSlackClients({ token: 'xoxb-1', apiUrl: `${slack.url}/api/` }, quiet);
  return createImages({ client, fetch, redis, keys, isMissing: () => false, waits: [0, 1, 1, 1], log: quiet, ...more });
}

describe('a picture', () => {
  it('is uploaded for no channel, and ready when Slack has looked at it', async () => {
    const slack = await standIn(slackSays(3));

    const file = await imagesOn(slack).upload(PNG, 'p95 model latency');

    expect(file).toBe('F0GRAPH001');
    expect(whats(slack)).toEqual([
      ...['files.getUploadURLExternal', '/upload/1', 'files.completeUploadExternal'],
      ...['files.info', 'files.info', 'files.info'],
    ]);
    const [asked, posted, completed] = slack.asked;
    expect(form(asked as Asked)).toMatchObject({ filename: 'graph.png', length: String(PNG.byteLength) });
    expect(posted?.headers).toMatchObject({ 'content-length': String(PNG.byteLength) });
    expect(posted?.headers.authorization).toBeUndefined();
    const { files, channel_id: channel } = form(completed as Asked);
    expect(JSON.parse(files ?? '')).toEqual([{ id: 'F0GRAPH001', title: 'p95 model latency' }]);
    expect(channel).toBeUndefined();
  });

  it('is not tried where the permission is missing', async () => {
    const slack = await standIn(slackSays(1));

    expect(await imagesOn(slack, { isMissing: () => true }).upload(PNG, 'graph')).toBeNull();
    expect(slack.asked).toEqual([]);
  });

  it('says which permissions it needs when Slack finds that out', async () => {
    const refused: Answers = {
      '/api/files.getUploadURLExternal': () => ({ json: { ok: false, error: 'missing_scope' } }),
    };
    const slack = await standIn(slackSays(1, refused));

    const failed = imagesOn(slack).upload(PNG, 'graph');

    await expect(failed).rejects.toThrow(SetupError);
    await expect(failed).rejects.toThrow(/files:write and files:read/);
  });

  it('is waited for without looking where Tocsin may not look', async () => {
    const slack = await standIn(slackSays(99));

    expect(await imagesOn(slack, { isMissing: (scope) => scope === 'files:read' }).upload(PNG, 'graph')).toBe(
      'F0GRAPH001',
    );
    expect(whats(slack)).not.toContain('files.info');
  });

  it.each<[string, Answers]>([
    ['is never ready', { '/api/files.info': () => ({ json: { ok: true, file: { mimetype: '' } } }) }],
    ['is not taken', { '/upload/1': () => ({ text: 'no', status: 500 }) }],
    [
      'meets a Slack that slows down',
      { '/api/files.info': () => ({ text: '', status: 429, headers: { 'retry-after': '5' } }) },
    ],
  ])('that %s may be tried another time', async (_, more) => {
    const slack = await standIn(slackSays(1, more));

    await expect(imagesOn(slack).upload(PNG, 'graph')).rejects.toThrow(TransientError);
  });
});

describe('a picture that Slack does not show in a card', () => {
  const text: KnownBlock = { type: 'section', text: { type: 'plain_text', text: 'a card' } };

  it('goes into its thread, once, and is left out from then on', async () => {
    const slack = await standIn(slackSays(1));
    const images = imagesOn(slack);
    await images.upload(PNG, 'graph');
    expect(await images.withoutRefused([text, GRAPH])).toEqual([text, GRAPH]);

    await images.moveToThread([GRAPH], { channel: 'C0BIKES', ts: '100.1' });
    await images.moveToThread([GRAPH], { channel: 'C0BIKES', ts: '100.1' });

    const completed = slack.asked.filter(({ what }) => what === '/api/files.completeUploadExternal').map(form);
    expect(completed).toHaveLength(2);
    expect(completed[1]).toMatchObject({ channel_id: 'C0BIKES', thread_ts: '100.1' });
    expect(completed[1]?.files).toContain('p95, from 23:10 to 02:10');
    expect(await images.withoutRefused([text, GRAPH])).toEqual([text]);
  });

  it('costs the card nothing else', async () => {
    const tocsin = processOn(redis, [service('bikes')]);
    const slack = slackInMemory();
    const delivery = deliveryOn(redis, tocsin, slack);
    await tocsin.ingest([alert('bikes-latency', 'firing', T0)]);
    const [id = ''] = await tocsin.store.openIds(1);
    await delivery.round(id);
    await redis.set(keys.image('F0GRAPH001'), PNG);
    const graph = { file: 'F0GRAPH001', alt: 'p95' };
    await tocsin.dispatch(id, { type: 'show_evidence', moment: 'fire', facts: [], graph });
    slack.plan('chat.update', 'invalid_blocks');
    tocsin.clock.pass(60_000);

    await delivery.round(id);

    const types = () => slack.cards()[0]?.blocks.map(({ type }: { type: string }) => type) ?? [];
    expect(types()).not.toContain('image');
    expect(types()).toContain('actions');
    await expect.poll(() => slack.calls.map(({ method }) => method)).toContain('files.getUploadURLExternal');

    slack.forgetCalls();
    await tocsin.dispatch(id, { type: 'assign', by: ANA, to: BEN });
    await delivery.round(id, 'people');
    expect(types()).not.toContain('image');
    expect(slack.calls.filter(({ method }) => method === 'chat.update')).toHaveLength(1);
  });
});
