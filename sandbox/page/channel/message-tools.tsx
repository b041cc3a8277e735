import type { SandboxMessage } from '../../api.ts';
import { useWorkspace } from '../context.ts';
import { Menu } from '../view/menu.tsx';

interface ToolsProps {
  readonly channel: string;
  readonly message: SandboxMessage;
  readonly inThread: boolean;
}

/** What appears at a message's corner: reply in thread, and “More actions” with the app's message shortcuts. */
export function MessageTools({ channel, message, inThread }: ToolsProps) {
  const { act, app, go } = useWorkspace();
  const shortcuts = app.shortcuts
    .filter(({ type }) => type === 'message')
    .map(({ name, callbackId }) => ({
      key: callbackId,
      label: name,
      detail: app.name,
      choose: () => void act({ type: 'shortcut', callbackId, channel, ts: message.ts }),
    }));
  const reply = { key: 'reply', label: 'Reply in thread', choose: () => go({ at: channel, thread: message.ts }) };
  const copy = {
    key: 'copy',
    label: 'Copy text',
    choose: () => void navigator.clipboard?.writeText(message.text).catch(() => undefined),
  };
  return (
    <div className="message-tools">
      {!inThread && (
        <button
          type="button"
          className="button icon"
          aria-label="Reply in thread"
          title="Reply in thread"
          onClick={() => go({ at: channel, thread: message.ts })}
        >
          <SpeechMark />
        </button>
      )}
      <Menu label="More actions" className="button icon" items={[...(inThread ? [] : [reply]), ...shortcuts, copy]}>
        ⋮
      </Menu>
    </div>
  );
}

function SpeechMark() {
  return (
    <svg
      viewBox="0 0 20 20"
      width="16"
      height="16"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.6"
      aria-hidden="true"
    >
      <path d="M3 4.500h14v9H9l-3.500 3v-3H3z" strokeLinejoin="round" />
    </svg>
  );
}
