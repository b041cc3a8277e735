import type { ModalView } from '@slack/types';
import { actions, md, preformatted, section } from './kit.ts';
import { sheet } from './modals/form.ts';
import { onCallButton, titleOf } from './on-call-words.ts';

export const CALENDAR_TITLE = 'My on-call calendar';

/** Room for each under a view's 100 blocks. */
const SHOWN = 20;

export interface CalendarAddress {
  readonly title: string;
  /** Of this person's shifts; `isWhole`: with scheme and host. */
  readonly mine: string;
  readonly all: string;
}

/** The addresses of a person's calendars. They are secrets: only this person's view shows them. */
export function calendarSheet(addresses: readonly CalendarAddress[], isWhole: boolean): ModalView {
  return sheet(
    CALENDAR_TITLE,
    section(
      md`Subscribe to one of these in your calendar app. Whoever has the address reads the shifts: keep it to yourself, and revoke it when it got out.`,
    ),
    isWhole
      ? null
      : section(
          md`Each is only the end of an address: put before it where Tocsin is reached. Whoever runs Tocsin can set \`PUBLIC_URL\`; then they are whole.`,
        ),
    ...addresses
      .slice(0, SHOWN)
      .flatMap((one) => [
        section(md`*${titleOf(one)}* · my shifts`),
        preformatted(one.mine),
        section(md`*${titleOf(one)}* · everybody's`),
        preformatted(one.all),
      ]),
    actions(onCallButton('revokeCalendar', { style: 'danger', confirm: REALLY })),
  );
}

/** After the addresses were revoked. */
export function revokedSheet(hadSome: boolean): ModalView {
  const text = hadSome
    ? md`Your calendar addresses are revoked: whoever asks for them gets nothing. “Get” makes new ones.`
    : md`You had no calendar address.`;
  return sheet(CALENDAR_TITLE, section(text));
}

const REALLY = {
  title: { type: 'plain_text', text: 'Revoke the addresses?' },
  text: { type: 'plain_text', text: 'Calendars that read them get nothing any more. You can get new ones.' },
  confirm: { type: 'plain_text', text: 'Revoke' },
  deny: { type: 'plain_text', text: 'Keep Them' },
} as const;
