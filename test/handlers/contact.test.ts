import { describe, expect, it } from 'vitest';
import { onCallLinks } from '../../src/slack/protocol.ts';
import { useRedis } from '../support/redis.ts';
import { openOffice } from './office.ts';

const PHONE = '+491707654378';

describe('how somebody is reached', () => {
  const server = useRedis();

  async function withCode() {
    const office = openOffice(server.client());
    await office.type('contact');
    const form = office.done('views.update')[0]?.body.view;
    await office.submit(form, { phone: { type: 'plain_text_input', value: '+49 170 765 4378' } });
    const asked = office.done('ack').at(-1)?.body.view;
    const code = /\b(?<code>\d{6})\b/.exec(office.texts[0]?.text ?? '')?.groups?.code ?? '';
    return { office, form, asked, code };
  }

  it('is confirmed with the code that came by SMS', async () => {
    const { office, asked, code } = await withCode();
    expect(office.texts.map(({ phone }) => phone)).toEqual([PHONE]);
    expect(asked.callback_id).toBe('modal.contact-code');

    await office.submit(asked, { code: { type: 'plain_text_input', value: ` ${code.slice(0, 3)} ${code.slice(3)} ` } });

    expect(await office.deps.contacts.of('U1')).toEqual({ phone: PHONE });
    expect(await office.deps.contacts.of('U2')).toEqual({ phone: null });
  });

  it('is not confirmed with another code', async () => {
    const { office, asked, code } = await withCode();
    const wrong = code === '123456' ? '654321' : '123456';

    await office.submit(asked, { code: { type: 'plain_text_input', value: wrong } });
    expect(office.done('ack').at(-1)?.body.response_action).toBe('errors');
    await office.submit(asked, { code: { type: 'plain_text_input', value: '12' } });

    expect(office.done('ack').at(-1)?.body.errors).toEqual({ code: 'The code has six digits, for example 123456.' });
    expect(await office.deps.contacts.of('U1')).toEqual({ phone: null });
  });

  it('is refused beside the field where it is no number', async () => {
    const { office, form } = await withCode();

    await office.submit(form, { phone: { type: 'plain_text_input', value: '110' } });

    expect(office.done('ack').at(-1)?.body.response_action).toBe('errors');
    expect(Object.keys(office.done('ack').at(-1)?.body.errors)).toEqual(['phone']);
    expect(office.texts).toHaveLength(1);
  });

  it('is never shown in full, and never said in a channel', async () => {
    const { office, asked, code } = await withCode();
    await office.submit(asked, { code: { type: 'plain_text_input', value: code } });
    await office.openHome('U1');
    await office.type('contact');
    await office.mention('<@U0> contact');

    const said = JSON.stringify(office.journal);
    expect(said).toContain('••78');
    expect(said).not.toMatch(/170\s?765\s?4378/);
    expect(JSON.stringify(office.done('chat.postEphemeral'))).toContain('a form that only you see');
    expect(office.done('chat.postMessage')).toEqual([]);
  });

  it('is forgotten by a button of the form', async () => {
    const { office, asked, code } = await withCode();
    await office.submit(asked, { code: { type: 'plain_text_input', value: code } });
    await office.type('contact');

    await office.clickInView('V2', onCallLinks.forgetContact.actionId, undefined);
    await office.clickInView('V2', onCallLinks.forgetContact.actionId, undefined);

    expect(JSON.stringify(office.done('views.update').at(-1)?.body)).toContain('SMS cannot reach you');
    expect(await office.deps.contacts.of('U1')).toEqual({ phone: null });
  });
});
