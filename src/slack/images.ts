import { setTimeout as pause } from 'node:timers/promises';
import type { KnownBlock } from '@slack/types';
import type { WebClient } from '@slack/web-api';
import type { Redis } from 'ioredis';
import type { Logger } from 'pino';
import { SetupError, TransientError } from '../app/errors.ts';
import type { Keys } from '../store/keys.ts';
import { fromSlack } from './errors.ts';

export interface ImageDeps {
  readonly client: WebClient;
  readonly fetch: typeof fetch;
  readonly redis: Redis;
  readonly keys: Keys;
  /** Whether Slack says that this permission is missing. */
  readonly isMissing: (scope: 'files:write' | 'files:read') => boolean;
  /** Waits before Slack is asked again whether a file is ready, in ms; the first is before the first question. */
  readonly waits?: readonly number[];
  readonly log: Pick<Logger, 'warn'>;
}

/** Where a card is. */
export interface Place {
  readonly channel: string;
  readonly ts: string;
}

/** Pictures in Slack: uploaded without a channel, they are seen where a message of ours names them. */
export interface Images {
  /**
   * Answers the file's id once Slack lets messages show it; `null` when a permission is missing. Throws TransientError and SetupError.
   */
  upload(png: Uint8Array, title: string): Promise<string | null>;
  /** Leaves out pictures that Slack has refused to show in a card. */
  withoutRefused(blocks: readonly KnownBlock[]): Promise<readonly KnownBlock[]>;
  /** Slack does not show these pictures in the card: they go into its thread, each once. */
  moveToThread(blocks: readonly KnownBlock[], card: Place): Promise<void>;
}

/** Slack looks at a file before messages may show it: https://github.com/slackapi/python-slack-sdk/issues/1658. 30 s at most. */
const WAITS = [500, 1_000, 2_000, 4_000, 8_000, 14_500] as const;
/** A picture is kept until the card has shown it, or its thread. */
const KEPT_S = 900;
const REFUSED = 'refused';
const REFUSED_S = 30 * 86_400;
const UPLOAD_MS = 10_000;

export function createImages(deps: ImageDeps): Images {
  const { redis, keys, log } = deps;

  return {
    async upload(png, title) {
      if (deps.isMissing('files:write')) return null;
      const file = await send(deps, png, title);
      await redis.set(keys.image(file), Buffer.from(png), 'EX', KEPT_S);
      await untilReady(deps, file);
      return file;
    },
    async withoutRefused(blocks) {
      const refused = await Promise.all(
        filesIn(blocks).map(async (file) => ((await redis.get(keys.image(file))) === REFUSED ? file : null)),
      );
      return refused.some(Boolean) ? blocks.filter((block) => !refused.includes(fileOf(block) ?? '')) : blocks;
    },
    async moveToThread(blocks, card) {
      for (const file of filesIn(blocks)) {
        const png = await redis.getBuffer(keys.image(file));
        await redis.set(keys.image(file), REFUSED, 'EX', REFUSED_S);
        if (!png || png.equals(Buffer.from(REFUSED))) continue;
        await send(deps, png, altOf(blocks, file), card).catch((error: unknown) =>
          log.warn({ err: fromSlack(error) }, 'a graph could be shown neither in the card nor in its thread'),
        );
      }
    },
  };
}

/** The three steps of https://docs.slack.dev/messaging/working-with-files#upload, the last of them once only. */
async function send(deps: ImageDeps, png: Uint8Array, title: string, thread?: Place): Promise<string> {
  const { client } = deps;
  const asked = await translated(client.files.getUploadURLExternal({ filename: 'graph.png', length: png.byteLength }));
  const { upload_url: url, file_id: id } = asked;
  if (!url || !id) throw new TransientError('Slack gave no address for the graph', { cause: asked.error });
  await post(deps, url, png);
  const files: [{ id: string; title: string }] = [{ id, title: title.slice(0, 200) }];
  await translated(
    thread
      ? client.files.completeUploadExternal({ files, channel_id: thread.channel, thread_ts: thread.ts })
      : client.files.completeUploadExternal({ files }),
  );
  return id;
}

/** The address is for this one file and knows no token. */
async function post({ fetch: doFetch }: ImageDeps, url: string, png: Uint8Array): Promise<void> {
  const signal = AbortSignal.timeout(UPLOAD_MS);
  const headers = { 'content-type': 'application/octet-stream' };
  const response = await doFetch(url, { method: 'POST', body: Buffer.from(png), headers, signal }).catch(
    (cause: unknown) => {
      throw new TransientError('The graph could not be sent to Slack', { cause });
    },
  );
  await response.body?.cancel();
  if (!response.ok) throw new TransientError(`Slack did not take the graph (${response.status})`, { cause: undefined });
}

/** Without the permission to look, the longest that it usually takes is waited. */
async function untilReady({ client, isMissing, waits = WAITS }: ImageDeps, file: string): Promise<void> {
  for (const ms of waits) {
    await pause(ms);
    if (isMissing('files:read')) continue;
    const { file: found } = await translated(client.files.info({ file }));
    if (found?.mimetype) return;
  }
  if (isMissing('files:read')) return;
  throw new TransientError('Slack did not make the graph ready in time', { cause: undefined });
}

async function translated<T>(call: Promise<T>): Promise<T> {
  return await call.catch((error: unknown) => {
    const ours = fromSlack(error);
    if (ours instanceof SetupError && isAboutScope(error)) {
      throw new SetupError(
        'Graphs need the permission files:write and files:read: add them to the app and reinstall it.',
      );
    }
    throw ours;
  });
}

function isAboutScope(error: unknown): boolean {
  return error instanceof Error && error.message.includes('missing_scope');
}

function fileOf(block: KnownBlock): string | null {
  return block.type === 'image' && 'slack_file' in block ? ((block.slack_file as { id?: string }).id ?? null) : null;
}

function filesIn(blocks: readonly KnownBlock[]): string[] {
  return blocks.flatMap((block) => fileOf(block) ?? []);
}

function altOf(blocks: readonly KnownBlock[], file: string): string {
  const block = blocks.find((one) => fileOf(one) === file);
  return block?.type === 'image' ? block.alt_text : 'graph';
}
