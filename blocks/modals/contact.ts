import type { ModalView } from '@slack/types';
import type { Contact } from '../../src/app/contacts.ts';
import { actions, context, lines, type Mrkdwn, md, section } from '../kit.ts';
import { onCallButton } from '../on-call-words.ts';
import { form, sheet, textInput } from './form.ts';

export const CONTACT_TITLE = 'How I am reached';
const PHONE_MAX = 30;
const CODE_MAX = 12;

/** Asks for a phone number; the one that is known is never shown in full. */
export function contactModal(contact: Contact): ModalView {
  return form(
    'contact',
    {},
    { title: CONTACT_TITLE, submit: 'Send Code' },
    section(
      lines(
        phoneWords(contact),
        md`Tocsin sends SMS there when an escalation says so. Nobody else sees the number; you are never called or written to for anything else.`,
      ),
    ),
    textInput({
      of: 'contact',
      id: 'phone',
      label: contact.phone === null ? 'Phone number' : 'New phone number',
      hint: 'With the country code, for example +49 151 12345678. A code is sent to it.',
      max: PHONE_MAX,
    }),
    contact.phone === null ? null : actions(onCallButton('forgetContact', { style: 'danger', confirm: REALLY })),
  );
}

/** Asks for the code that was sent. */
export function contactCodeModal(phone: string): ModalView {
  return form(
    'contactCode',
    {},
    { title: CONTACT_TITLE, submit: 'Confirm' },
    section(
      md`A code of six digits is on its way to the number ending in *${endOf(phone)}*. It is good for ten minutes.`,
    ),
    textInput({ of: 'contactCode', id: 'code', label: 'Code', hint: 'Six digits, for example 123456.', max: CODE_MAX }),
    context(md`It does not come? Close this, and begin again with the number.`),
  );
}

/** What is known, after it was changed. */
export function contactSheet(contact: Contact): ModalView {
  return sheet(CONTACT_TITLE, section(phoneWords(contact)));
}

/** `Phone ••78`, or that none is known. */
export function phoneWords({ phone }: Contact): Mrkdwn {
  return phone === null ? md`📵 *Phone*: none. SMS cannot reach you.` : md`📱 *Phone*: ${hidden(phone)}`;
}

function hidden(phone: string): string {
  return `••${endOf(phone)}`;
}

function endOf(phone: string): string {
  return phone.replaceAll(/\D/g, '').slice(-2);
}

const REALLY = {
  title: { type: 'plain_text', text: 'Forget the number?' },
  text: { type: 'plain_text', text: 'SMS cannot reach you then, until you give a number again.' },
  confirm: { type: 'plain_text', text: 'Forget It' },
  deny: { type: 'plain_text', text: 'Keep It' },
} as const;
