import { ApiError } from '../api-error.ts';
import type { Args } from '../args.ts';
import { objectList, optionalText, structure } from '../args.ts';
import { blockProblems, worded } from '../block-limits.ts';
import type { Json } from '../json.ts';
import { isJson, objectOf, objectsOf, stringOf } from '../json.ts';
import type { World } from '../world.ts';

/** Slack cuts longer texts off. https://docs.slack.dev/reference/methods/chat.postMessage */
const TRUNCATED_AT = 40_000;
const MAX_ATTACHMENTS = 100;
const MAX_MARKDOWN = 12_000;

/** What a message says, checked. `undefined` fields were not given. */
export interface Content {
  readonly text: string | undefined;
  readonly blocks: Json[] | undefined;
  readonly attachments: Json[] | undefined;
  readonly metadata: Json | null | undefined;
}

/** Whether a message would say nothing. */
export function isWordless({ text = '', blocks = [], attachments = [] }: Content): boolean {
  return text.trim() === '' && blocks.length === 0 && attachments.length === 0;
}

/** Reads and checks the content of a message; throws Slack's error for what it would refuse. */
export function contentOf(world: World, args: Args): Content {
  const markdown = optionalText(args, 'markdown_text');
  const blocks = objectList(args, 'blocks', 'invalid_blocks_format');
  if (markdown !== undefined && (blocks !== undefined || args.text !== undefined)) {
    throw new ApiError('markdown_text_conflict');
  }
  if ((markdown?.length ?? 0) > MAX_MARKDOWN) throw new ApiError('msg_too_long');
  return {
    text: (markdown ?? (typeof args.text === 'string' ? args.text : undefined))?.slice(0, TRUNCATED_AT),
    blocks: blocks === undefined ? undefined : checkedBlocks(world, blocks),
    attachments: checkedAttachments(world, objectList(args, 'attachments', 'invalid_attachments')),
    metadata: checkedMetadata(structure(args, 'metadata', 'metadata_must_be_sent_from_app')),
  };
}

/** Blocks as Slack keeps them: checked, and with the ids that it adds where the app gave none. */
export function checkedBlocks(world: World, blocks: Json[]): Json[] {
  const problems = [...blockProblems(blocks, 'message'), ...unreadyFiles(world, blocks)];
  if (problems.length > 0) throw new ApiError('invalid_blocks', worded(problems));
  return withIds(world, blocks);
}

/** Gives each block a `block_id` and each interactive element an `action_id`, as Slack does. */
export function withIds(world: World, blocks: Json[]): Json[] {
  return blocks.map((block) => {
    const { block_id, elements, accessory, element } = block;
    return {
      ...block,
      block_id: stringOf(block_id) === '' ? world.nextId('b') : block_id,
      ...(Array.isArray(block.child_blocks) ? { child_blocks: withIds(world, objectsOf(block.child_blocks)) } : {}),
      ...(block.type === 'actions' ? { elements: objectsOf(elements).map((one) => withAction(world, one)) } : {}),
      ...(isJson(accessory) ? { accessory: withAction(world, accessory) } : {}),
      ...(isJson(element) ? { element: withAction(world, element) } : {}),
    };
  });
}

function withAction(world: World, element: Json): Json {
  return element.type === 'image' || element.action_id !== undefined
    ? element
    : { ...element, action_id: world.nextId('a') };
}

function unreadyFiles(world: World, blocks: Json[]): { pointer: string; message: string }[] {
  return blocks.flatMap((block, i) => {
    if (block.type !== 'image' || block.slack_file === undefined) return [];
    const named = objectOf(block.slack_file);
    const file = world.files.get(
      stringOf(named.id) || (/\/files\/(F[A-Z0-9]+)\//.exec(stringOf(named.url))?.[1] ?? ''),
    );
    const usable = file?.completed === true && file.readyAt <= world.now();
    return usable ? [] : [{ pointer: `/blocks/${i}/slack_file`, message: 'invalid slack file' }];
  });
}

function checkedAttachments(world: World, attachments: Json[] | undefined): Json[] | undefined {
  if (attachments === undefined) return undefined;
  if (attachments.length > MAX_ATTACHMENTS) throw new ApiError('too_many_attachments');
  return attachments.map((attachment, i) => {
    if (attachment.blocks === undefined) return attachment;
    const problems = blockProblems(attachment.blocks, 'message', `/attachments/${i}/blocks`);
    if (problems.length > 0) throw new ApiError('invalid_attachments', worded(problems));
    return { ...attachment, blocks: withIds(world, objectsOf(attachment.blocks)) };
  });
}

/** https://docs.slack.dev/messaging/message-metadata: a snake-case type and a payload; an empty object removes. */
function checkedMetadata(metadata: unknown): Json | null | undefined {
  if (metadata === undefined) return undefined;
  if (!isJson(metadata)) throw new ApiError('invalid_metadata_format');
  if (Object.keys(metadata).length === 0) return null;
  if (
    typeof metadata.event_type !== 'string' ||
    !/^[a-z0-9_]+$/i.test(metadata.event_type) ||
    !isJson(metadata.event_payload)
  ) {
    throw new ApiError('invalid_metadata_format');
  }
  return metadata;
}
