import type { ReactNode } from 'react';
import { userOf, useWorkspace } from '../context.ts';
import { remembered } from '../view/remembered.ts';
import { useNow } from './clock.ts';
import { formatDate } from './date.ts';
import { type Inline, type Paragraph, parseMrkdwn } from './mrkdwn.ts';

/** Slack's mrkdwn, drawn. Everything in it is text or one of a handful of elements; no HTML is ever taken over. */
export const MrkdwnText = remembered(MrkdwnView);

function MrkdwnView({ source }: { source: string }) {
  return <div className="mrkdwn">{drawParagraphs(parseMrkdwn(source))}</div>;
}

function drawParagraphs(paragraphs: readonly Paragraph[]): ReactNode[] {
  return keyed(paragraphs, (paragraph, key) => <ParagraphView key={key} paragraph={paragraph} />);
}

function ParagraphView({ paragraph }: { paragraph: Paragraph }) {
  if (paragraph.kind === 'pre') return <pre>{paragraph.text}</pre>;
  if (paragraph.kind === 'quote') return <blockquote>{drawInlines(paragraph.children)}</blockquote>;
  if (paragraph.kind === 'item')
    return (
      <div className="item">
        <span aria-hidden="true">{paragraph.marker}</span>
        <span>{drawInlines(paragraph.children)}</span>
      </div>
    );
  return <div className="line">{drawInlines(paragraph.children)}</div>;
}

/** Runs of text, drawn in order. */
export function drawInlines(inlines: readonly Inline[]): ReactNode[] {
  return keyed(inlines, (inline, key) => <InlineView key={key} inline={inline} />);
}

const TAGS = { bold: 'strong', italic: 'em', strike: 's' } as const;

function InlineView({ inline }: { inline: Inline }): ReactNode {
  switch (inline.kind) {
    case 'text':
      return inline.text;
    case 'code':
      return <code>{inline.text}</code>;
    case 'link':
      return <ExternalLink url={inline.url}>{inline.label}</ExternalLink>;
    case 'user':
      return <UserMention id={inline.id} />;
    case 'channel':
      return <ChannelMention id={inline.id} name={inline.name} />;
    case 'group':
      return <GroupMention id={inline.id} name={inline.name} />;
    case 'date':
      return <SlackDate {...inline} />;
    default: {
      const Tag = TAGS[inline.kind];
      return <Tag>{drawInlines(inline.children)}</Tag>;
    }
  }
}

/** A link out of the page. The address has been checked by `safeUrl`. */
export function ExternalLink({ url, children }: { url: string; children: ReactNode }) {
  return (
    <a href={url} target="_blank" rel="noopener noreferrer">
      {children}
    </a>
  );
}

/** `@name` of a person, marked when it is the one who is looking. */
export function UserMention({ id }: { id: string }) {
  const workspace = useWorkspace();
  const mine = workspace.me.id === id;
  return <span className={mine ? 'mention mine' : 'mention'}>@{userOf(workspace, id).name}</span>;
}

/** `@handle` of a user group, or of everybody in a place; marked when the one who is looking is in it. */
export function GroupMention({ id, name }: { id: string; name: string }) {
  const { me, userGroups } = useWorkspace();
  const group = userGroups.find((one) => one.id === id);
  const isMine = group?.users.includes(me.id) ?? ['here', 'channel', 'everyone'].includes(id);
  const handle = group?.handle ?? (name.replace(/^@/, '') || id);
  return <span className={isMine ? 'mention mine' : 'mention'}>@{handle}</span>;
}

/** `#name` of a channel, which leads there when it is known. */
export function ChannelMention({ id, name }: { id: string; name: string }) {
  const { channels, go } = useWorkspace();
  const channel = channels.find((one) => one.id === id);
  if (!channel) return <span className="mention">#{name || id}</span>;
  return (
    <button type="button" className="mention link" onClick={() => go({ at: id })}>
      #{channel.name}
    </button>
  );
}

/** A moment in the reader's own zone, with the exact time as tooltip. `unix` is in seconds. */
export function SlackDate({ unix, format, url, fallback }: Omit<Extract<Inline, { kind: 'date' }>, 'kind'>) {
  const now = useNow();
  if (!Number.isFinite(unix) || Math.abs(unix) > 8e12) return fallback;
  const at = new Date(unix * 1000);
  const words = (
    <time dateTime={at.toISOString()} title={at.toLocaleString()}>
      {formatDate(unix, format, { now })}
    </time>
  );
  return url ? <ExternalLink url={url}>{words}</ExternalLink> : words;
}

function keyed<T>(items: readonly T[], draw: (item: T, key: string) => ReactNode): ReactNode[] {
  return items.map((item, i) => draw(item, String(i)));
}
