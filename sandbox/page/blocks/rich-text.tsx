import type { ReactNode } from 'react';
import { emojiOf } from '../text/emoji.ts';
import { safeUrl } from '../text/mrkdwn.ts';
import { ChannelMention, ExternalLink, GroupMention, SlackDate, UserMention } from '../text/mrkdwn-text.tsx';
import { isJson, type Json, objectAt, objectsAt, stringAt } from './json.ts';

/** A `rich_text` block: sections, lists, quotes and code, without any markup to parse. */
export function RichText({ block }: { block: Json }) {
  return <div className="mrkdwn">{objectsAt(block, 'elements').map((part, i) => drawPart(part, i))}</div>;
}

function drawPart(part: Json, key: number): ReactNode {
  switch (part.type) {
    case 'rich_text_list':
      return drawList(part, key);
    case 'rich_text_quote':
      return <blockquote key={key}>{drawRuns(part)}</blockquote>;
    case 'rich_text_preformatted':
      return <pre key={key}>{drawRuns(part)}</pre>;
    default:
      return (
        <div key={key} className="line">
          {drawRuns(part)}
        </div>
      );
  }
}

function drawList(part: Json, key: number): ReactNode {
  const items = objectsAt(part, 'elements').map((item, i) => <li key={String(i)}>{drawRuns(item)}</li>);
  const indent = typeof part.indent === 'number' ? { marginInlineStart: `${part.indent * 1.5}em` } : {};
  return part.style === 'ordered' ? (
    <ol key={key} style={indent}>
      {items}
    </ol>
  ) : (
    <ul key={key} style={indent}>
      {items}
    </ul>
  );
}

function drawRuns(part: Json): ReactNode[] {
  return objectsAt(part, 'elements').map((run, i) => <Run key={String(i)} run={run} />);
}

function Run({ run }: { run: Json }): ReactNode {
  const style = objectAt(run, 'style') ?? {};
  const marks = ['bold', 'italic', 'strike', 'code'].filter((mark) => style[mark] === true);
  return marks.reduce<ReactNode>((inner, mark) => wrap(inner, mark), drawRun(run));
}

function wrap(inner: ReactNode, mark: string): ReactNode {
  if (mark === 'bold') return <strong>{inner}</strong>;
  if (mark === 'italic') return <em>{inner}</em>;
  return mark === 'strike' ? <s>{inner}</s> : <code>{inner}</code>;
}

const RUNS: Readonly<Record<string, (run: Json) => ReactNode>> = {
  text: (run) => stringAt(run, 'text'),
  link: (run) => {
    const url = safeUrl(stringAt(run, 'url'));
    const label = stringAt(run, 'text') || stringAt(run, 'url');
    return url ? <ExternalLink url={url}>{label}</ExternalLink> : label;
  },
  user: (run) => <UserMention id={stringAt(run, 'user_id')} />,
  channel: (run) => <ChannelMention id={stringAt(run, 'channel_id')} name="" />,
  usergroup: (run) => <GroupMention id={stringAt(run, 'usergroup_id')} name="" />,
  broadcast: (run) => <GroupMention id={stringAt(run, 'range')} name="" />,
  emoji: (run) => emojiOf(stringAt(run, 'name')) ?? `:${stringAt(run, 'name')}:`,
  date: (run) => (
    <SlackDate
      unix={Number(run.timestamp)}
      format={stringAt(run, 'format')}
      url={safeUrl(stringAt(run, 'url')) ?? ''}
      fallback={stringAt(run, 'fallback')}
    />
  ),
};

function drawRun(run: Json): ReactNode {
  const draw = isJson(run) && Object.hasOwn(RUNS, stringAt(run, 'type')) ? RUNS[stringAt(run, 'type')] : undefined;
  return draw ? draw(run) : stringAt(run, 'text');
}
