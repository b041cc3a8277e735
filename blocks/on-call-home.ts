import type { KnownBlock } from '@slack/types';
import type { Contact } from '../src/app/contacts.ts';
import type { Span } from '../src/domain/rotation.ts';
import { COMMAND } from '../src/slack/grammar.ts';
import { header, lines, md, present, section } from './kit.ts';
import { phoneWords } from './modals/contact.ts';
import { onCallButton, span, titleOf, untilWords } from './on-call-words.ts';

/** What one person is to know of being on call, as their App Home shows it. */
export interface OnCallHome {
  /** Rotations that they have now. */
  readonly now: readonly { readonly title: string; readonly zone: string; readonly until: number | null }[];
  /** Their next shift; `null`: none is known. */
  readonly next: (Span & { readonly title: string; readonly zone: string }) | null;
  /** Whether there is any rotation at all. */
  readonly hasRotations: boolean;
  /** `null`: it cannot be read just now. */
  readonly contact: Contact | null;
}

const SHOWN = 5;

/** `null`: who is on call cannot be read just now. */
export function onCallHome(home: OnCallHome | null): KnownBlock[] {
  if (home === null) return [header('On call'), section(md`Who is on call cannot be read right now.`)];
  const { now, next, hasRotations, contact } = home;
  return present([
    header('On call'),
    section(
      lines(
        ...now
          .slice(0, SHOWN)
          .map((one) => md`☎️ *You are on call for ${titleOf(one)}* ${untilWords(one.zone, one.until)}`),
        now.length > SHOWN ? `and ${now.length - SHOWN} more` : null,
        now.length === 0 ? md`You are not on call now.` : null,
        next === null ? null : md`Your next shift: *${titleOf(next)}*, ${span(next.zone, next)}`,
        md`Everybody: ${COMMAND} oncall`,
      ),
    ),
    section(
      contact === null
        ? md`How you are reached cannot be read right now.`
        : md`How I am reached · ${phoneWords(contact)}`,
      onCallButton('contact'),
    ),
    hasRotations
      ? section(md`📅 My shifts in a calendar: an address for your calendar app`, onCallButton('calendar'))
      : null,
  ]);
}
