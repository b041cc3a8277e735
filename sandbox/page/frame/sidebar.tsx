import type { ReactNode } from 'react';
import type { SandboxChannel } from '../../api.ts';
import { useWorkspace } from '../context.ts';
import { BellMark } from '../view/avatar.tsx';

interface SidebarProps {
  readonly at: string;
  readonly open: boolean;
  readonly unread: ReadonlyMap<string, number>;
  readonly visit: (at: string) => void;
}

/** Where one can go: channels, conversations with the app, its Home. */
export function Sidebar({ at, open, unread, visit }: SidebarProps) {
  const { channels, app } = useWorkspace();
  const item = (channel: SandboxChannel) => (
    <SidebarItem
      key={channel.id}
      testId={`channel-${channel.id}`}
      current={channel.id === at}
      unread={unread.get(channel.id) ?? 0}
      sign={channel.isArchived ? '🗄' : channel.isDm ? <BellMark /> : '#'}
      name={channel.name}
      visit={() => visit(channel.id)}
    />
  );
  return (
    <nav className={open ? 'sidebar open' : 'sidebar'} aria-label="Channels">
      <h2>Apps</h2>
      <SidebarItem
        testId="open-home"
        current={at === 'home'}
        unread={0}
        sign="⌂"
        name={`${app.name} Home`}
        visit={() => visit('home')}
      />
      <h2>Channels</h2>
      {channels.filter(({ isDm }) => !isDm).map(item)}
      <h2>Direct messages</h2>
      {channels.filter(({ isDm }) => isDm).map(item)}
    </nav>
  );
}

interface ItemProps {
  readonly testId: string;
  readonly current: boolean;
  readonly unread: number;
  readonly sign: ReactNode;
  readonly name: string;
  readonly visit: () => void;
}

function SidebarItem({ testId, current, unread, sign, name, visit }: ItemProps) {
  return (
    <button
      type="button"
      className={unread > 0 ? 'place unread' : 'place'}
      aria-current={current ? 'page' : undefined}
      data-testid={testId}
      onClick={visit}
    >
      <span className="sign" aria-hidden="true">
        {sign}
      </span>
      <span className="place-name">{name}</span>
      {unread > 0 && (
        <span className="count">
          {unread > 99 ? '99+' : unread}
          <span className="hidden"> unread</span>
        </span>
      )}
    </button>
  );
}
