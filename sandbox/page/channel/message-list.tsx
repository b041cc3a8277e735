import { Fragment, type ReactNode, useEffect, useRef, useState } from 'react';
import { SlackDate } from '../text/mrkdwn-text.tsx';
import type { Row } from './history.ts';
import { Message } from './message.tsx';

interface ListProps {
  readonly channel: string;
  readonly label: string;
  readonly rows: readonly Row[];
  readonly inThread: boolean;
  readonly empty?: ReactNode;
}

/** Messages that stay at the newest one, unless the reader has scrolled up; then a button leads back down. */
export function MessageList({ channel, label, rows, inThread, empty }: ListProps) {
  const { scroller, content, atEnd, toEnd } = useStickyEnd();
  const newest = rows.at(-1)?.message.ts;
  const seen = useRef(newest);
  if (atEnd) seen.current = newest;
  return (
    <div className="messages-frame">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolled region has to be reachable by keyboard */}
      <div className="messages" ref={scroller} role="log" aria-label={label} tabIndex={0}>
        <div className="messages-content" ref={content}>
          {rows.length === 0 && empty}
          {rows.map(({ message, newDay, compact, replies }) => (
            <Fragment key={message.ts}>
              {newDay && <DayDivider ts={message.ts} />}
              <Message channel={channel} message={message} compact={compact} replies={replies} inThread={inThread} />
            </Fragment>
          ))}
        </div>
      </div>
      {!atEnd && seen.current !== newest && (
        <button type="button" className="to-end" onClick={toEnd}>
          ↓ New messages
        </button>
      )}
    </div>
  );
}

function DayDivider({ ts }: { ts: string }) {
  return (
    <div className="day">
      <span>
        <SlackDate unix={Math.floor(Number(ts))} format="{date_long_pretty}" url="" fallback="" />
      </span>
    </div>
  );
}

const NEAR_PX = 60;

function useStickyEnd() {
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const stick = useRef(true);
  const [atEnd, setAtEnd] = useState(true);

  useEffect(() => {
    const box = scroller.current;
    if (!box || !content.current) return;
    const follow = () => {
      if (stick.current) box.scrollTop = box.scrollHeight;
    };
    const note = () => {
      stick.current = box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_PX;
      setAtEnd(stick.current);
    };
    const sizes = new ResizeObserver(follow);
    sizes.observe(content.current);
    sizes.observe(box);
    box.addEventListener('scroll', note, { passive: true });
    return () => {
      sizes.disconnect();
      box.removeEventListener('scroll', note);
    };
  }, []);

  const toEnd = () => scroller.current?.scrollTo({ top: scroller.current.scrollHeight, behavior: 'smooth' });
  return { scroller, content, atEnd, toEnd };
}
