import type { ReactNode } from 'react';
import type { SandboxState } from '../../api.ts';
import { Phones } from '../outside/phones.tsx';
import { waitingIn } from '../outside/waiting.ts';
import { Alarms } from './alarms.tsx';
import { ClockBar } from './clock-bar.tsx';

/** What can stand beside Slack: what goes wrong, or where pages arrive. */
export type BesideTab = 'alarms' | 'phones';

interface BesideProps {
  readonly state: SandboxState;
  readonly tab: BesideTab;
  /** On narrow screens: whether it is drawn over the page. */
  readonly open: boolean;
  readonly choose: (tab: BesideTab) => void;
  readonly close: () => void;
}

/** The world around Slack: its clock, the systems with their alarms, and the phones and mailboxes that pages arrive in. */
export function Beside({ state, tab, open, choose, close }: BesideProps) {
  const waiting = waitingIn(state.boxes);
  const hasSystems = state.systems.length > 0;
  return (
    <aside className={open ? 'beside open' : 'beside'} aria-label="Around Slack" data-testid="alarms">
      <header className="beside-header">
        <ClockBar clock={state.clock} />
        <button type="button" className="button icon plain sheet-close" aria-label="Close" onClick={close}>
          ✕
        </button>
      </header>
      <div className="tabs" role="tablist" aria-label="Around Slack">
        <Tab isOpen={tab === 'alarms'} testId="tab-alarms" open={() => choose('alarms')}>
          {hasSystems ? 'Systems' : 'Alarms'}
        </Tab>
        <Tab isOpen={tab === 'phones'} testId="tab-phones" open={() => choose('phones')}>
          Phones &amp; mail
          {waiting > 0 && (
            <span className="count">
              {waiting}
              <span className="hidden"> unread</span>
            </span>
          )}
        </Tab>
      </div>
      {tab === 'alarms' ? <Alarms alarms={state.alarms} systems={state.systems} /> : <Phones state={state} />}
    </aside>
  );
}

interface TabProps {
  readonly isOpen: boolean;
  readonly testId: string;
  readonly open: () => void;
  readonly children: ReactNode;
}

function Tab({ isOpen, testId, open, children }: TabProps) {
  return (
    <button type="button" role="tab" aria-selected={isOpen} data-testid={testId} onClick={open}>
      {children}
    </button>
  );
}
