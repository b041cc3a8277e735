/** What was said about something that shall be done: to which incident, what it is called, and with what. */
export interface OfferWords {
  readonly incident: string | null;
  readonly names: readonly string[];
  readonly inputs: Readonly<Record<string, string>>;
  /** What could not be read. */
  readonly unread: readonly string[];
}

/** The name of an action and that of a service. */
const MOST_NAMES = 2;
const NAME = /^[a-z][a-z0-9-]{0,62}$/;
const INPUT = /^(?<name>[a-z][a-z0-9_]{0,30})=(?<value>.{1,100})$/i;

/** Reads `restart bikeshare to v41 city=nyc` in any order: each word is told apart by its form. */
export function readOffer(
  words: readonly string[],
  readIncident: (word: string) => { readonly incident: string } | null,
): OfferWords {
  let said: OfferWords = { incident: null, names: [], inputs: {}, unread: [] };
  const left = [...words];
  while (left.length > 0) {
    const word = left.shift() ?? '';
    const version = word.toLowerCase() === 'to' ? left.shift() : undefined;
    said = version === undefined ? withWord(said, word, readIncident) : withInput(said, 'to', version);
  }
  return said;
}

function withWord(
  said: OfferWords,
  word: string,
  readIncident: (word: string) => { readonly incident: string } | null,
): OfferWords {
  const input = INPUT.exec(word)?.groups;
  if (input) return withInput(said, (input.name ?? '').toLowerCase(), input.value ?? '');
  const incident = readIncident(word);
  if (incident && said.incident === null) return { ...said, ...incident };
  const name = word.toLowerCase();
  const isName = !incident && NAME.test(name) && name !== 'to' && said.names.length < MOST_NAMES;
  return isName ? { ...said, names: [...said.names, name] } : { ...said, unread: [...said.unread, word] };
}

function withInput(said: OfferWords, name: string, value: string): OfferWords {
  return value.length <= 100
    ? { ...said, inputs: { ...said.inputs, [name]: value } }
    : { ...said, unread: [...said.unread, `${name} ${value}`] };
}
