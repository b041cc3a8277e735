import { useCallback } from 'react';
import type { SandboxMessage } from '../../api.ts';
import { useWorkspace } from '../context.ts';
import { useEscape } from '../view/escape.ts';
import { Composer } from './composer.tsx';
import { threadRows } from './history.ts';
import { MessageList } from './message-list.tsx';

interface ThreadProps {
  readonly channel: string;
  readonly channelName: string;
  readonly root: string;
  readonly messages: readonly SandboxMessage[];
}

/** The pane beside the channel: a root, its replies and a composer of its own. Escape closes it. */
export function Thread({ channel, channelName, root, messages }: ThreadProps) {
  const { go } = useWorkspace();
  const close = useCallback(() => go({ thread: '' }), [go]);
  useEscape(true, close);

  return (
    <aside className="thread" data-testid="thread" aria-label="Thread">
      <header className="pane-header">
        <h2>Thread</h2>
        <span className="quiet">{channelName}</span>
        <button type="button" className="button icon plain" aria-label="Close thread" onClick={close}>
          ✕
        </button>
      </header>
      <MessageList channel={channel} label="Thread" rows={threadRows(messages, root)} inThread />
      <Composer channel={channel} threadTs={root} label="Reply…" />
    </aside>
  );
}
