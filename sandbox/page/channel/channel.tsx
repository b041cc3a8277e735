import { useMemo } from 'react';
import type { SandboxChannel, SandboxMessage } from '../../api.ts';
import { useWorkspace } from '../context.ts';
import { MrkdwnText } from '../text/mrkdwn-text.tsx';
import { Composer } from './composer.tsx';
import { channelRows } from './history.ts';
import { MessageList } from './message-list.tsx';

/** How a channel is called where it stands alone. */
export function channelTitle({ name, isDm }: SandboxChannel): string {
  return isDm ? name : `#${name}`;
}

/** A channel or a direct conversation with the app. */
export function Channel({ channel, messages }: { channel: SandboxChannel; messages: readonly SandboxMessage[] }) {
  const rows = useMemo(() => channelRows(messages), [messages]);
  const title = channelTitle(channel);
  return (
    <>
      <header className="pane-header">
        <h1>{title}</h1>
        <div className="topic quiet">
          <MrkdwnText source={channel.topic} />
        </div>
      </header>
      <MessageList channel={channel.id} label={`Messages in ${title}`} rows={rows} inThread={false} empty={<Quiet />} />
      {channel.isArchived ? (
        <p className="archived">This channel is archived. Nobody can write here any more.</p>
      ) : (
        <Composer key={channel.id} channel={channel.id} label={`Message ${title}`} />
      )}
    </>
  );
}

function Quiet() {
  const { app } = useWorkspace();
  return (
    <div className="empty">
      <span className="empty-bell" aria-hidden="true">
        🔕
      </span>
      <h2>All quiet</h2>
      <p>
        No alarm has reached this channel. Fire one from the alarm panel, or write <code>/incident help</code> to see
        what {app.name} understands.
      </p>
    </div>
  );
}
