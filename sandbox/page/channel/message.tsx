import { useEffect, useRef } from 'react';
import type { SandboxMessage } from '../../api.ts';
import { Blocks } from '../blocks/block.tsx';
import { sameJson } from '../blocks/json.ts';
import { SurfaceProvider, userOf, useWorkspace } from '../context.ts';
import { MrkdwnText, SlackDate } from '../text/mrkdwn-text.tsx';
import { Avatar } from '../view/avatar.tsx';
import { remembered } from '../view/remembered.ts';
import { useMessageSurface } from '../view/surface.ts';
import type { Replies } from './history.ts';
import { MessageTools } from './message-tools.tsx';

interface MessageProps {
  readonly channel: string;
  readonly message: SandboxMessage;
  readonly compact: boolean;
  readonly replies: Replies | null;
  /** In the thread pane, where the root may stand beside itself and nothing opens further. */
  readonly inThread: boolean;
}

/** One message or live card. Drawn again only when its own content changes. */
export const Message = remembered(MessageView, sameMessage);

function sameMessage(before: MessageProps, after: MessageProps): boolean {
  return (
    before.message === after.message &&
    before.channel === after.channel &&
    before.compact === after.compact &&
    sameJson(before.replies, after.replies)
  );
}

function MessageView({ channel, message, compact, replies, inThread }: MessageProps) {
  const workspace = useWorkspace();
  const surface = useMessageSurface(channel, message.ts);
  const body = useEditGlow(message);
  const user = userOf(workspace, message.user);
  const mine = message.ephemeralFor !== null;
  const isThreadRoot = inThread && (message.threadTs === null || message.threadTs === message.ts);
  const testId = isThreadRoot ? `thread-root-${message.ts}` : `message-${message.ts}`;
  return (
    <article className={messageClass(compact, mine)} data-testid={testId} aria-label={`Message of ${user.name}`}>
      <div className="message-side">{compact ? null : <Avatar user={user} size="normal" />}</div>
      <div className="message-main" ref={body}>
        {!compact && <Byline name={user.realName || user.name} isBot={user.isBot} ts={message.ts} />}
        {mine && <p className="only-you">👁 Only visible to you</p>}
        <SurfaceProvider value={surface}>
          <Content message={message} />
        </SurfaceProvider>
        {replies && <ReplyBar replies={replies} open={() => workspace.go({ at: channel, thread: message.ts })} />}
      </div>
      {!mine && <MessageTools channel={channel} message={message} inThread={inThread} />}
    </article>
  );
}

function messageClass(compact: boolean, mine: boolean): string {
  return ['message', compact && 'compact', mine && 'ephemeral'].filter(Boolean).join(' ');
}

function Content({ message: { blocks, text, edited } }: { message: SandboxMessage }) {
  return (
    <div className={blocks.length > 0 ? 'card' : 'message-text'}>
      {blocks.length > 0 ? <Blocks blocks={blocks} /> : <MrkdwnText source={text} />}
      {edited && blocks.length === 0 && <small className="quiet"> (edited)</small>}
    </div>
  );
}

function Byline({ name, isBot, ts }: { name: string; isBot: boolean; ts: string }) {
  return (
    <div className="byline">
      <strong>{name}</strong>
      {isBot && <span className="badge">APP</span>}
      <span className="quiet">
        <SlackDate unix={Math.floor(Number(ts))} format="{time}" url="" fallback="" />
      </span>
    </div>
  );
}

function ReplyBar({ replies, open }: { replies: Replies; open: () => void }) {
  const workspace = useWorkspace();
  return (
    <button type="button" className="reply-bar" onClick={open}>
      {replies.users.slice(0, 4).map((id) => (
        <Avatar key={id} user={userOf(workspace, id)} size="small" />
      ))}
      <strong>
        {replies.count} {replies.count === 1 ? 'reply' : 'replies'}
      </strong>
      <span className="quiet">
        last <SlackDate unix={Math.floor(Number(replies.lastTs))} format="{ago}" url="" fallback="" />
      </span>
    </button>
  );
}

/** Lets a message glow for a moment when it has changed in place, unless less motion is wished for. */
function useEditGlow(message: SandboxMessage) {
  const body = useRef<HTMLDivElement>(null);
  const first = useRef(message);
  useEffect(() => {
    const changed = first.current !== message;
    first.current = message;
    if (!changed || window.matchMedia('(prefers-reduced-motion: reduce)').matches) return;
    const card = body.current?.querySelector('.card, .message-text');
    card?.animate([{ boxShadow: '0 0 0 3px var(--glow)' }, { boxShadow: '0 0 0 3px transparent' }], 1200);
  }, [message]);
  return body;
}
