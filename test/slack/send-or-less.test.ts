import type { KnownBlock } from '@slack/types';
import { WebClient } from '@slack/web-api';
import { describe, expect, it } from 'vitest';
import { image, md, section } from '../../blocks/kit.ts';
import { sendOrLess } from '../../src/slack/send-or-less.ts';

const words = section(md`words`);
const picture = image('F0123456789', 'A graph');

/** Sends through a real client to a Slack that takes a message only when `takes` says so. */
function slack(takes: (blocks: readonly KnownBlock[]) => boolean, error = 'invalid_blocks') {
  const tried: string[][] = [];
  const logged: string[] = [];
  const fetch: typeof globalThis.fetch = async (_, init) => {
    const blocks = JSON.parse(new URLSearchParams(String(init?.body)).get('blocks') ?? '[]') as KnownBlock[];
    tried.push(blocks.map(({ type }) => type));
    return Response.json(takes(blocks) ? { ok: true } : { ok: false, error });
  };
  const client = new WebClient('xoxb-1', { fetch, retryConfig: { retries: 0 } });
  const send = (blocks: readonly KnownBlock[]) =>
    sendOrLess(
      { text: 'the text', blocks },
      (message) => client.chat.postMessage({ channel: 'C1', text: message.text, blocks: [...message.blocks] }),
      { error: (_: unknown, message?: string) => void logged.push(message ?? '') },
      { name: 'INC-7' },
    );
  return { tried, logged, send };
}

describe('a message that Slack refuses', () => {
  it('loses nothing when it is taken', async () => {
    const { tried, logged, send } = slack(() => true);

    await send([words, picture]);

    expect(tried).toEqual([['section', 'image']]);
    expect(logged).toEqual([]);
  });

  it('loses its pictures first', async () => {
    const { tried, logged, send } = slack((blocks) => !blocks.some(({ type }) => type === 'image'));

    await send([words, picture]);

    expect(tried).toEqual([['section', 'image'], ['section']]);
    expect(logged).toEqual(['Slack refused our blocks, leaving out the pictures']);
  });

  it('is its text alone in the end', async () => {
    const { tried, send } = slack((blocks) => blocks.length === 0);

    await send([words, picture]);

    expect(tried).toEqual([['section', 'image'], ['section'], []]);
  });

  it('fails when even the text is refused', async () => {
    const { tried, send } = slack(() => false);

    await expect(send([words])).rejects.toThrow('invalid_blocks');
    expect(tried).toEqual([['section'], []]);
  });

  it('is not sent again for another reason', async () => {
    const { tried, send } = slack(() => false, 'ratelimited');

    await expect(send([words, picture])).rejects.toThrow();
    expect(tried).toHaveLength(1);
  });
});
