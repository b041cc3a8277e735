import { useState } from 'react';
import type { Act, SandboxClockState } from '../../api.ts';
import { useWorkspace } from '../context.ts';
import { useNow } from '../text/clock.ts';
import { formatDate } from '../text/date.ts';

type Move = Extract<Act, { type: 'clock' }>;

const MOVES: readonly { readonly label: string; readonly name: string; readonly move: Move }[] = [
  { label: '+1 min', name: '1 minute later', move: { type: 'clock', minutes: 1 } },
  { label: '+5 min', name: '5 minutes later', move: { type: 'clock', minutes: 5 } },
  { label: '+15 min', name: '15 minutes later', move: { type: 'clock', minutes: 15 } },
  { label: '+1 h', name: '1 hour later', move: { type: 'clock', minutes: 60 } },
  { label: 'Next 9:00', name: 'To the next 9:00 of a working day in Toronto', move: { type: 'clock', to: 'work' } },
];

/** The sandbox's time, and the buttons that let it pass. */
export function ClockBar({ clock: { aheadMs, isMovable } }: { clock: SandboxClockState }) {
  const { act } = useWorkspace();
  const [isBusy, setBusy] = useState(false);
  const now = useNow();
  const unix = Math.floor(now / 1000);
  const move = async (how: Move) => {
    setBusy(true);
    await act(how);
    setBusy(false);
  };
  return (
    <section className="clock" aria-label="Clock" data-testid="clock">
      <p className="clock-face">
        <time className="clock-time" dateTime={new Date(now).toISOString()} data-testid="clock-time">
          {formatDate(unix, '{time}', { now })}
        </time>
        <span className="quiet">{formatDate(unix, '{date_long}', { now })}</span>
      </p>
      {isMovable && (
        <div className="clock-moves">
          {MOVES.map(({ label, name, move: how }) => (
            <button
              key={label}
              type="button"
              className="button small"
              title={name}
              aria-label={name}
              disabled={isBusy}
              onClick={() => void move(how)}
            >
              {label}
            </button>
          ))}
        </div>
      )}
      <p className="clock-ahead quiet">{otherWords(now, aheadMs)}</p>
    </section>
  );
}

const COMPANY_ZONE = 'America/Toronto';

/** `9:00 AM in Toronto · 15 min ahead of this machine`: what the demo company's clocks show, where the reader's show something else. */
function otherWords(now: number, aheadMs: number): string {
  const unix = Math.floor(now / 1000);
  const there = formatDate(unix, '{time}', { now, timeZone: COMPANY_ZONE });
  const words = [
    there === formatDate(unix, '{time}', { now }) ? '' : `${there} in Toronto`,
    aheadMs > 0 ? `${aheadWords(aheadMs)} ahead of this machine` : '',
  ];
  return words.filter(Boolean).join(' · ');
}

/** `2 days 3 h 5 min` */
function aheadWords(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  const [days, hours] = [Math.floor(minutes / 1440), Math.floor(minutes / 60) % 24];
  const parts = [
    days && `${days} ${days === 1 ? 'day' : 'days'}`,
    hours && `${hours} h`,
    minutes % 60 && `${minutes % 60} min`,
  ];
  return parts.filter(Boolean).join(' ');
}
