import type { ModalView } from '@slack/types';
import { contactCodeModal, contactModal, contactSheet } from '../blocks/modals/contact.ts';
import { ok, type Result } from '../src/domain/result.ts';
import type { Asker } from './asker.ts';
import type { HandlerDeps } from './deps.ts';
import type { Submit } from './submit.ts';

/** How somebody is reached outside of Slack: only they see and change it. */

export async function fillContact({ contacts }: HandlerDeps, { user }: Asker): Promise<Result<ModalView>> {
  return ok(contactModal(await contacts.of(user)));
}

/** A number was given: a code is sent to it, and asked for. */
export const submitContact: Submit = ({ contacts }, { asker, answers }) => {
  const phone = (answers.phone ?? '').trim();
  if (phone === '') return { phone: 'Give the number with its country code, for example +49 151 12345678.' };
  return async () => {
    const asked = await contacts.askCode(asker.user, phone);
    return asked.ok ? ok(contactCodeModal(phone)) : asked;
  };
};

export const submitContactCode: Submit = ({ contacts }, { asker, answers }) => {
  const code = (answers.code ?? '').replaceAll(/\s/g, '');
  if (!/^\d{6}$/.test(code)) return { code: 'The code has six digits, for example 123456.' };
  return async () => {
    const confirmed = await contacts.confirm(asker.user, code);
    return confirmed.ok ? ok(contactSheet(confirmed.value)) : confirmed;
  };
};

export async function forgetContact({ contacts }: HandlerDeps, { user }: Asker): Promise<Result<ModalView>> {
  await contacts.forget(user);
  return ok(contactSheet({ phone: null }));
}
