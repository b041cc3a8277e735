import { type Fields, textIn } from './foreign.ts';
import { type People, personCalled } from './people.ts';

/** The Slack user id of a user of PagerDuty; what they are called there where it is not known; empty where nothing is. */
export function personOf(user: Fields, people: People): string {
  const names = [user.email, user.summary, user.name, user.id].map(textIn).filter((name) => name !== '');
  return personCalled(people, names) ?? names[0] ?? '';
}
