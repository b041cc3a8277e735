import type { SandboxUser } from '../../api.ts';
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
  /** Direct messages that nobody has looked at, by person. */
  readonly unread: ReadonlyMap<string, number>;
  readonly show: (tab: BesideTab) => void;
}

/** The workspace's name, how the app is, and who one is. */
export function TopBar({ workspace, live, alarming, waiting, unread, show }: TopBarProps) {
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
      <ActAs unread={unread} />
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

function ActAs({ unread }: Pick<TopBarProps, 'unread'>) {
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
          <Person
            key={user.id}
            user={user}
            isMe={user.id === me.id}
            unread={unread.get(user.id) ?? 0}
            choose={() => go(unread.has(user.id) ? { as: user.id, at: user.dm.channel } : { as: user.id })}
          />
        ))}
    </fieldset>
  );
}

interface PersonProps {
  readonly user: SandboxUser;
  readonly isMe: boolean;
  readonly unread: number;
  readonly choose: () => void;
}

function Person({ user, isMe, unread, choose }: PersonProps) {
  const news = unread > 0 ? `, ${unread} new direct ${unread === 1 ? 'message' : 'messages'}` : '';
  return (
    <button
      type="button"
      aria-pressed={isMe}
      aria-label={`Act as ${user.realName}, ${user.title}${news}`}
      title={`${user.realName} · ${user.title}${news}`}
      data-testid={`as-${user.id}`}
      onClick={choose}
    >
      <Avatar user={user} size="small" />
      <span className="act-as-name">{user.realName.split(' ')[0]}</span>
      {unread > 0 && (
        <span className="count" aria-hidden="true">
          {unread > 99 ? '99+' : unread}
        </span>
      )}
    </button>
  );
}
