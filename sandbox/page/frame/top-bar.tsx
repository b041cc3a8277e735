import { useWorkspace } from '../context.ts';
import { Avatar, BellMark } from '../view/avatar.tsx';
import type { BesideTab } from './beside.tsx';

interface TopBarProps {
  readonly workspace: string;
  /** Whether the page hears from the sandbox. */
  readonly live: boolean;
  readonly alarming: number;
  /** How much in the phones and mailboxes nobody has read. */
  readonly waiting: number;
  readonly show: (tab: BesideTab) => void;
}

/** The workspace's name, how the app is, and who one is. */
export function TopBar({ workspace, live, alarming, waiting, show }: TopBarProps) {
  return (
    <header className="top-bar">
      <div className="brand">
        <span className="brand-mark">
          <BellMark />
        </span>
        <span className="brand-name">{workspace}</span>
        <span className="brand-tag">sandbox</span>
      </div>
      <AppStatus live={live} />
      <ActAs />
      <button type="button" className="button beside-toggle" onClick={() => show('alarms')}>
        Alarms{alarming > 0 ? ` (${alarming})` : ''}
      </button>
      <button type="button" className="button beside-toggle" onClick={() => show('phones')}>
        Phones{waiting > 0 ? ` (${waiting})` : ''}
      </button>
    </header>
  );
}

function AppStatus({ live }: { live: boolean }) {
  const { app } = useWorkspace();
  const [look, words] = !live
    ? ['lost', 'Reconnecting…']
    : app.connected
      ? ['well', `${app.name} is connected`]
      : ['away', `${app.name} is away`];
  return (
    <div className={`app-status ${look}`} role="status" data-testid="app-status" title={words}>
      <span className="dot" aria-hidden="true" />
      <span className="app-status-words">{words}</span>
    </div>
  );
}

function ActAs() {
  const { me, users, go } = useWorkspace();
  return (
    <fieldset className="act-as">
      <legend className="hidden">Act as</legend>
      <span className="act-as-label" aria-hidden="true">
        Act as
      </span>
      {users
        .filter(({ isBot }) => !isBot)
        .map((user) => (
          <button
            key={user.id}
            type="button"
            aria-pressed={user.id === me.id}
            aria-label={`Act as ${user.realName}, ${user.title}`}
            title={`${user.realName} · ${user.title}`}
            data-testid={`as-${user.id}`}
            onClick={() => go({ as: user.id })}
          >
            <Avatar user={user} size="small" />
            <span className="act-as-name">{user.realName.split(' ')[0]}</span>
          </button>
        ))}
    </fieldset>
  );
}
