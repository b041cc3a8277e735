import { PhoneIcon } from '../outside/icons.tsx';
import type { BesideTab } from './beside.tsx';

/** What is drawn over the page on narrow screens. */
export type Sheet = 'channels' | BesideTab | null;

interface BarProps {
  readonly at: string;
  readonly sheet: Sheet;
  readonly alarming: number;
  /** How much in the phones and mailboxes nobody has read. */
  readonly waiting: number;
  readonly unread: ReadonlyMap<string, number>;
  readonly show: (sheet: Sheet) => void;
  readonly visit: (at: string) => void;
}

/** The phone's way to the channels, the alarms and the Home. */
export function BottomBar({ at, sheet, alarming, waiting, unread, show, visit }: BarProps) {
  const hasNews = [...unread.values()].some((count) => count > 0);
  return (
    <nav className="bottom-bar" aria-label="Places">
      <button
        type="button"
        data-testid="bar-channels"
        aria-expanded={sheet === 'channels'}
        onClick={() => show(sheet === 'channels' ? null : 'channels')}
      >
        <span aria-hidden="true">#</span>
        Channels{hasNews && <span className="count">new</span>}
      </button>
      <button
        type="button"
        data-testid="bar-alarms"
        aria-expanded={sheet === 'alarms'}
        onClick={() => show(sheet === 'alarms' ? null : 'alarms')}
      >
        <span aria-hidden="true">▲</span>
        Alarms{alarming > 0 && <span className="count">{alarming}</span>}
      </button>
      <button
        type="button"
        data-testid="bar-phones"
        aria-expanded={sheet === 'phones'}
        onClick={() => show(sheet === 'phones' ? null : 'phones')}
      >
        <PhoneIcon />
        Phones{waiting > 0 && <span className="count">{waiting}</span>}
      </button>
      <button
        type="button"
        data-testid="bar-home"
        aria-current={at === 'home' ? 'page' : undefined}
        onClick={() => visit('home')}
      >
        <span aria-hidden="true">⌂</span>
        Home
      </button>
    </nav>
  );
}
