import fc from 'fast-check';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SetupError, TransientError } from '../../src/app/errors.ts';
import { createContacts } from '../../src/paging/contacts.ts';
import { masked, readPhone } from '../../src/paging/phone.ts';
import type { TextMessages } from '../../src/paging/ways/text-message.ts';
import { createKeys } from '../../src/store/keys.ts';
import { useRedis } from '../support/redis.ts';
import { createLines } from './ways/given.ts';

const ANA = 'U0ANA';
const PHONE = '+4915112345678';
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const redis = useRedis();
const keys = createKeys();
const log = createLines();
const sent: { phone: string; text: string }[] = [];
let now = Date.UTC(2026, 10, 22);
let failure: Error | null;
const messages: TextMessages = {
  send: async (phone, text) => {
    if (failure) throw failure;
    sent.push({ phone, text });
  },
};
let contacts: ReturnType<typeof createContacts>;

beforeAll(() => {
  contacts = createContacts({ redis: redis.client(), keys, messages, now: () => now, log });
});
beforeEach(() => {
  sent.length = 0;
  failure = null;
});

const lastCode = () => /^\d{6}/.exec(sent.at(-1)?.text ?? '')?.[0] ?? '';
const anotherThan = (code: string) => String((Number(code) + 1) % 1_000_000).padStart(6, '0');

describe('a phone number', () => {
  it('counts once its owner has repeated the code that came to it', async () => {
    expect(await contacts.askCode(ANA, '+49 151 1234-5678')).toEqual({ ok: true, value: true });
    expect(await contacts.of(ANA)).toEqual({ phone: null });
    expect(sent).toEqual([{ phone: PHONE, text: expect.stringMatching(/^\d{6} is your code for Tocsin\./) }]);

    expect(await contacts.confirm(ANA, ` ${lastCode().slice(0, 3)} ${lastCode().slice(3)} `)).toEqual({
      ok: true,
      value: { phone: PHONE },
    });
    expect(await contacts.of(ANA)).toEqual({ phone: PHONE });
    expect(await contacts.of('U0BEN')).toEqual({ phone: null });
  });

  it('is not confirmed by another code, and the one that was sent goes on to count', async () => {
    await contacts.askCode(ANA, PHONE);

    expect(await contacts.confirm(ANA, anotherThan(lastCode()))).toEqual({
      ok: false,
      rejection: {
        code: 'bad_input',
        message: 'That is not the code that was sent.',
        hint: 'Look at the newest message. 4 tries are left.',
      },
    });
    expect(await contacts.confirm(ANA, lastCode())).toMatchObject({ ok: true });
  });

  it('cannot be guessed: after five tries even the right code is refused', async () => {
    await contacts.askCode(ANA, PHONE);
    for (let i = 0; i < 5; i += 1) await contacts.confirm(ANA, anotherThan(lastCode()));

    expect(await contacts.confirm(ANA, lastCode())).toMatchObject({
      ok: false,
      rejection: { message: 'There were 5 wrong tries, so the code counts no more.', hint: 'Ask for a new one.' },
    });
    expect(await contacts.of(ANA)).toEqual({ phone: null });
  });

  it('cannot be guessed by many at the same time either', async () => {
    await contacts.askCode(ANA, PHONE);
    const wrong = anotherThan(lastCode());

    await Promise.all(Array.from({ length: 20 }, () => contacts.confirm(ANA, wrong)));

    expect(await contacts.confirm(ANA, lastCode())).toMatchObject({ ok: false });
  });

  it('is confirmed by a code for ten minutes, once, and by its owner alone', async () => {
    await contacts.askCode(ANA, PHONE);
    expect(await contacts.confirm('U0BEN', lastCode())).toMatchObject({ rejection: { code: 'not_found' } });

    now += 10 * MINUTE + 1;
    expect(await contacts.confirm(ANA, lastCode())).toMatchObject({
      rejection: { message: 'That code is older than ten minutes.' },
    });

    await contacts.askCode(ANA, PHONE);
    await contacts.confirm(ANA, lastCode());
    expect(await contacts.confirm(ANA, lastCode())).toMatchObject({ rejection: { code: 'not_found' } });
  });

  it('is that of the newest code', async () => {
    await contacts.askCode(ANA, PHONE);
    const first = lastCode();
    await contacts.askCode(ANA, '+14165550101');

    if (first !== lastCode()) expect(await contacts.confirm(ANA, first)).toMatchObject({ ok: false });
    expect(await contacts.confirm(ANA, lastCode())).toEqual({ ok: true, value: { phone: '+14165550101' } });
  });

  it('is sent three codes an hour at most, even when they are asked for at once', async () => {
    const asked = await Promise.all(Array.from({ length: 5 }, () => contacts.askCode(ANA, PHONE)));

    expect(asked.filter(({ ok }) => ok)).toHaveLength(3);
    expect(sent).toHaveLength(3);
    now += 30 * MINUTE;
    expect(await contacts.askCode(ANA, PHONE)).toEqual({
      ok: false,
      rejection: {
        code: 'not_allowed',
        message: 'You have asked for 3 codes within an hour, the most there may be.',
        hint: 'Try again in 30 minutes.',
      },
    });
    expect(await contacts.askCode('U0BEN', PHONE)).toMatchObject({ ok: true });
    now += HOUR;
    expect(await contacts.askCode(ANA, PHONE)).toMatchObject({ ok: true });
  });

  it('is forgotten with the code that waits', async () => {
    await contacts.askCode(ANA, PHONE);
    await contacts.confirm(ANA, lastCode());
    await contacts.askCode(ANA, PHONE);
    await contacts.forget(ANA);

    expect(await contacts.of(ANA)).toEqual({ phone: null });
    expect(await contacts.confirm(ANA, lastCode())).toMatchObject({ rejection: { code: 'not_found' } });
  });

  it('stays as it was until another one is confirmed', async () => {
    await contacts.askCode(ANA, PHONE);
    await contacts.confirm(ANA, lastCode());
    await contacts.askCode(ANA, '+14165550101');

    expect(await contacts.of(ANA)).toEqual({ phone: PHONE });
  });

  it('costs no code when AWS refuses, and says why', async () => {
    failure = new SetupError('AWS_REGION is not set, so no SMS can be sent.');
    for (let i = 0; i < 4; i += 1)
      expect(await contacts.askCode(ANA, PHONE)).toMatchObject({
        ok: false,
        rejection: { message: 'The code could not be sent. AWS_REGION is not set, so no SMS can be sent.' },
      });
    failure = null;

    expect(await contacts.askCode(ANA, PHONE)).toMatchObject({ ok: true });
  });

  it('may have been sent a code whose answer was lost', async () => {
    failure = new TransientError('Publish in eu-central-1 did not answer (TimeoutError)', { cause: null });

    expect(await contacts.askCode(ANA, PHONE)).toMatchObject({
      ok: false,
      rejection: { message: expect.stringMatching(/^It is not known whether the code was sent/) },
    });
  });

  it('stands in no log, and no code in Redis', async () => {
    await contacts.askCode(ANA, PHONE);
    const code = lastCode();
    const stored = await redis.client().hgetall(keys.contactCode(ANA));
    await contacts.confirm(ANA, code);

    expect(log.text()).toContain('+49…78');
    expect(log.text()).not.toContain('151123');
    expect(Object.values(stored)).not.toContain(code);
    expect(Object.keys(stored)).toHaveLength(5);
  });

  it('is read as unknown when what is stored is no contact', async () => {
    for (const stored of ['{', 'null', '7', '{"phone":7}', '[]']) {
      await redis.client().hset(keys.contacts, ANA, stored);

      expect(await contacts.of(ANA)).toEqual({ phone: null });
    }
  });
});

describe('what people type for a number', () => {
  it.each([
    ['+49 151 12345678', PHONE],
    ['0049 (0) 151-1234.5678', PHONE],
    ['tel:+49-151-12345678', PHONE],
    ['+１ (416) 555-0101', '+14165550101'],
    ['\u202a+1 416 555 0101\u202c', '+14165550101'],
  ])('%j is %s', (typed, phone) => expect(readPhone(typed)).toBe(phone));

  it.each([
    '',
    '0151 12345678',
    '4915112345678',
    '+0151123456',
    '+49',
    '+49 151 CALL-ME',
    '+1234567890123456',
    '112',
  ])('%j is none', async (typed) => {
    expect(readPhone(typed)).toBeNull();
    expect(await contacts.askCode(ANA, typed)).toMatchObject({
      rejection: { hint: expect.stringContaining('+49 151 12345678') },
    });
    expect(sent).toEqual([]);
  });

  it('is E.164 or nothing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (typed) => {
        expect(readPhone(typed) ?? '+1234567').toMatch(/^\+[1-9]\d{6,14}$/);
      }),
    );
  });

  it('is hidden but for what its owner knows it by', () => expect(masked(PHONE)).toBe('+49…78'));
});
