import { createHmac, randomBytes, randomInt, randomUUID, timingSafeEqual } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { Logger } from 'pino';
import { z } from 'zod';
import type { Contact, Contacts } from '../app/contacts.ts';
import { kindOf } from '../app/errors.ts';
import type { Actor } from '../domain/incident.ts';
import { ok, type Result, reject } from '../domain/result.ts';
import type { Keys } from '../store/keys.ts';
import { script } from '../store/script.ts';
import { masked, readPhone } from './phone.ts';
import type { TextMessages } from './ways/text-message.ts';

export interface ContactsDeps {
  readonly redis: Redis;
  readonly keys: Pick<Keys, 'contacts' | 'contactCode' | 'contactAsked'>;
  readonly messages: TextMessages;
  /** Epoch ms. */
  readonly now: () => number;
  readonly log: Pick<Logger, 'info' | 'warn'>;
}

const CODE_MS = 600_000;
const TRIES = 5;
const HOUR_MS = 3_600_000;
const CODES_AN_HOUR = 3;
const MINUTE_MS = 60_000;

/** Phone numbers in Redis, each confirmed with a code that only its owner has seen. */
export function createContacts(deps: ContactsDeps): Contacts {
  const { redis, keys } = deps;
  const tryCode = script(redis, new URL('./try-code.lua', import.meta.url));
  const countCodes = script(redis, new URL('./count-codes.lua', import.meta.url));
  return {
    of: async (person) => read(await redis.hget(keys.contacts, person)),
    async askCode(person, typed) {
      const phone = readPhone(typed);
      if (phone === null) return NO_NUMBER;
      const request = randomUUID();
      const wait = await countCodes(1, keys.contactAsked(person), deps.now(), HOUR_MS, CODES_AN_HOUR, request);
      if (Number(wait) > 0) return tooManyCodes(Number(wait));
      return await sendCode(deps, person, phone, request);
    },
    async confirm(person, typed) {
      const tried = await tryCode(1, keys.contactCode(person), deps.now(), TRIES);
      const phone = judged(Array.isArray(tried) ? tried.map(String) : [], typed.replace(/\D/g, ''));
      return phone.ok ? await keep(deps, person, phone.value) : phone;
    },
    async forget(person) {
      await redis.multi().hdel(keys.contacts, person).del(keys.contactCode(person)).exec();
    },
  };
}

/** The number that a code confirms, by what `try-code.lua` answers. */
function judged([outcome, hash = '', salt = '', phone = '', left]: readonly string[], code: string): Result<string> {
  switch (outcome) {
    case undefined:
      return NO_CODE;
    case 'old':
      return OLD_CODE;
    case 'try':
      return isSame(hashOf(code, salt), hash) ? ok(phone) : wrongCode(Number(left));
    default:
      return TOO_MANY_TRIES;
  }
}

async function sendCode(
  { redis, keys, messages, now, log }: ContactsDeps,
  person: Actor,
  phone: string,
  request: string,
): Promise<Result<true>> {
  const code = String(randomInt(1_000_000)).padStart(6, '0');
  const salt = randomBytes(16).toString('hex');
  const fields = { h: hashOf(code, salt), s: salt, p: phone, u: now() + CODE_MS, n: 0 };
  const key = keys.contactCode(person);
  await redis.multi().del(key).hset(key, fields).pexpire(key, CODE_MS).exec();
  try {
    await messages.send(phone, `${code} is your code for Tocsin. It is good for 10 minutes.`);
  } catch (error) {
    return await notSent(error);
  }
  log.info({ person, phone: masked(phone) }, 'a code was sent');
  return ok(true);

  async function notSent(error: unknown): Promise<Result<true>> {
    const kind = kindOf(error);
    if (kind === 'bug' || !(error instanceof Error)) throw error;
    log.warn({ person, phone: masked(phone), reason: error.message }, 'a code could not be sent');
    if (kind === 'transient') {
      return reject(
        'not_allowed',
        `It is not known whether the code was sent: ${error.message}.`,
        'Wait a minute; if none comes, ask for another.',
      );
    }
    await redis.multi().del(key).zrem(keys.contactAsked(person), request).exec();
    return reject('not_allowed', `The code could not be sent. ${error.message}`, 'Whoever runs Tocsin can mend that.');
  }
}

async function keep({ redis, keys, log }: ContactsDeps, person: Actor, phone: string): Promise<Result<Contact>> {
  const contact: Contact = { phone };
  await redis.multi().hset(keys.contacts, person, JSON.stringify(contact)).del(keys.contactCode(person)).exec();
  log.info({ person, phone: masked(phone) }, 'a phone number was confirmed');
  return ok(contact);
}

const Stored = z.looseObject({ phone: z.string().nullable().catch(null) }).catch({ phone: null });

function read(json: string | null): Contact {
  const { phone } = Stored.parse(json === null ? {} : parsed(json));
  return { phone };
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
}

function hashOf(code: string, salt: string): string {
  return createHmac('sha256', salt).update(code).digest('hex');
}

function isSame(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}

const NEW_CODE = 'Ask for a new one.';
const NO_NUMBER = reject(
  'bad_input',
  'That is no phone number with its country code.',
  'Write it as +49 151 12345678: a plus, the code of the country, the number.',
);
const NO_CODE = reject('not_found', 'No code is waiting for you: none was sent in the last ten minutes.', NEW_CODE);
const OLD_CODE = reject('bad_input', 'That code is older than ten minutes.', NEW_CODE);
const TOO_MANY_TRIES = reject('not_allowed', `There were ${TRIES} wrong tries, so the code counts no more.`, NEW_CODE);

function wrongCode(left: number): Result<never> {
  if (left === 0) return TOO_MANY_TRIES;
  const tries = left === 1 ? 'One try is left.' : `${left} tries are left.`;
  return reject('bad_input', 'That is not the code that was sent.', `Look at the newest message. ${tries}`);
}

function tooManyCodes(waitMs: number): Result<never> {
  const minutes = Math.ceil(waitMs / MINUTE_MS);
  const when = minutes === 1 ? 'a minute' : `${minutes} minutes`;
  return reject(
    'not_allowed',
    `You have asked for ${CODES_AN_HOUR} codes within an hour, the most there may be.`,
    `Try again in ${when}.`,
  );
}
