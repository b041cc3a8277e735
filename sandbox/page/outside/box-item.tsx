import type { ReactNode } from 'react';
import type { SandboxBoxItem, SandboxCall } from '../../api.ts';
import { userOf, useWorkspace } from '../context.ts';
import { useNow } from '../text/clock.ts';
import { formatDate, isoDay } from '../text/date.ts';
import { remembered } from '../view/remembered.ts';
import { MailIcon, PhoneIcon, TextIcon } from './icons.tsx';
import type { Arrival } from './waiting.ts';

const CALLS: Readonly<Record<SandboxCall['state'], { readonly word: string; readonly look: string }>> = {
  ringing: { word: 'Rings', look: 'unknown' },
  answered: { word: 'Answered', look: 'ok' },
  declined: { word: 'Declined', look: 'unknown' },
  missed: { word: 'Missed', look: 'alarming' },
};
/** Before what a call says. */
const SPOKEN: Readonly<Record<SandboxCall['state'], string>> = {
  ringing: 'A voice will say:',
  answered: 'A voice said:',
  declined: 'A voice would have said:',
  missed: 'A voice would have said:',
};
const KINDS = {
  sms: { icon: <TextIcon />, word: 'Text message' },
  call: { icon: <PhoneIcon />, word: 'Call' },
  mail: { icon: <MailIcon />, word: 'Mail' },
} as const;

/** One text message, call or e-mail. */
export const BoxItem = remembered(BoxItemView);

function BoxItemView({ box, item }: Arrival) {
  const workspace = useWorkspace();
  const { icon, word } = KINDS[item.kind];
  const name = box.id === '' ? item.to : userOf(workspace, box.id).realName;
  return (
    <article className={item.isRead ? 'box-item' : 'box-item new'} data-testid={`box-${item.kind}`}>
      <header className="box-item-head">
        <span className="box-kind" title={word}>
          {icon}
          <span className="hidden">{word} for </span>
        </span>
        <strong className="box-owner">{name}</strong>
        {!item.isRead && <span className="hidden">unread</span>}
        <Chip item={item} />
        <ItemTime at={item.at} />
      </header>
      <Content item={item} />
    </article>
  );
}

function Chip({ item }: { item: SandboxBoxItem }): ReactNode {
  if (item.kind === 'sms' && item.state === 'opted out')
    return <span className="chip alarming">Not delivered: opted out</span>;
  if (item.kind !== 'call') return null;
  const { word, look } = CALLS[item.state];
  return <span className={`chip ${look}`}>{word}</span>;
}

function Content({ item }: { item: SandboxBoxItem }) {
  if (item.kind === 'sms') return <p className="bubble">{item.text}</p>;
  if (item.kind === 'call')
    return (
      <blockquote className="spoken">
        <span className="quiet">{SPOKEN[item.state]}</span> {item.text}
      </blockquote>
    );
  const [words, ...foot] = item.text.split('\n--\n');
  return (
    <details className="letter">
      <summary>
        <span className="letter-subject">{item.subject}</span>
        <span className="quiet">{item.from.replace(/ <.*>$/, '')}</span>
      </summary>
      <p className="letter-text">
        {words?.trimEnd()}
        {foot.length > 0 && <span className="letter-foot">{foot.join('\n--\n')}</span>}
      </p>
    </details>
  );
}

/** The time of day; with the day when that is not today. `at` is epoch ms. */
export function ItemTime({ at }: { at: number }) {
  const now = useNow();
  const isToday = isoDay(at, { now }) === isoDay(now, { now });
  return (
    <time className="quiet box-time" dateTime={new Date(at).toISOString()}>
      {formatDate(Math.floor(at / 1000), isToday ? '{time}' : '{date_short_pretty}, {time}', { now })}
    </time>
  );
}
