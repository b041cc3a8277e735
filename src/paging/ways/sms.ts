import type { Logger } from 'pino';
import type { Contacts } from '../../app/contacts.ts';
import type { PageSender } from '../../app/page-way.ts';
import type { Actor } from '../../domain/incident.ts';
import { failed, outcome, type Reached, reachedAny, sent, unusable } from './outcome.ts';
import type { TextMessages } from './text-message.ts';
import { incidentsOf, type Notices, smsText } from './words.ts';

export interface SmsDeps {
  readonly messages: TextMessages;
  readonly contacts: Pick<Contacts, 'of'>;
  readonly log: Pick<Logger, 'warn' | 'error'>;
}

/** Text messages to the confirmed numbers of people. Reached is whoever of them; a group as a whole has no number. */
export function createSmsWay({ messages, contacts, log }: SmsDeps): PageSender {
  const sendTo = async ({ person, phone }: Reachable, text: string): Promise<Reached> => {
    try {
      await messages.send(phone, text);
      return { person, sent: sent() };
    } catch (error) {
      return { person, sent: failed(log, error) };
    }
  };

  const sendToAll = async (notices: Notices, people: readonly Actor[]) => {
    if (people.length === 0) return unusable('there is nobody in particular whose phone could be reached');
    const known = await Promise.all(people.map(async (person) => ({ person, ...(await contacts.of(person)) })));
    const numberless = known.filter(({ phone }) => phone === null).map(({ person }) => person);
    const text = smsText(notices);
    const [first, ...others] = await Promise.all(
      known.flatMap(({ person, phone }) => (phone === null ? [] : [sendTo({ person, phone }, text)])),
    );
    if (first === undefined) return unusable(`no phone number ${people.length > 1 ? 'of any of them ' : ''}is known`);
    const fields = { way: 'sms', incidents: incidentsOf(notices).map(({ id }) => id) };
    if (numberless.length > 0)
      log.warn({ ...fields, people: numberless }, 'people without a phone number were not reached');
    return reachedAny([first, ...others], log, fields);
  };

  return { send: (_way, notices, { people }) => outcome(log, () => sendToAll(notices, people)) };
}

interface Reachable {
  readonly person: Actor;
  readonly phone: string;
}
