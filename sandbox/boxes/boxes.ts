import { randomUUID } from 'node:crypto';
import type { SandboxBox, SandboxBoxItem, SandboxCall, SandboxMail, SandboxSms } from '../api.ts';

/** Somebody with a telephone and a mailbox. */
export interface Subscriber {
  readonly id: string;
  readonly name: string;
  /** E.164. */
  readonly number: string;
  readonly address: string;
}

/** The telephones and mailboxes of the demo company. Times are epoch milliseconds. */
export interface Boxes {
  readonly people: readonly Subscriber[];
  /** A text message to a number; one that nobody here has is kept apart. */
  text(number: string, sms: Pick<SandboxSms, 'from' | 'text' | 'state'>): void;
  mail(address: string, mail: Pick<SandboxMail, 'from' | 'subject' | 'text'>): void;
  /** Rings somebody's phone and speaks to whoever answers. False when nobody here has that id. */
  ring(person: string, text: string): boolean;
  /** What the person does with a phone that rings. False when it does not ring. */
  pickUp(call: string, how: 'answered' | 'declined'): boolean;
  /** All that lies in a person's box counts as read. */
  read(person: string): void;
  /** Of each person, newest first; then what came for nobody, if anything did. */
  list(): readonly Omit<SandboxBox, 'isOptedOut'>[];
  onChange(listener: () => void): () => void;
  close(): void;
}

export interface BoxesOptions {
  readonly people: readonly Subscriber[];
  readonly now: () => number;
  /** How long a phone rings, in the machine's ms; a carrier lets it ring for about half a minute. */
  readonly ringMs?: number;
}

/** Owner of what came to a number or an address that nobody here has. */
export const NOBODY = '';
const RING_MS = 30_000;
const KEPT = 100;

/** What lies in the boxes, by owner and newest first. */
interface Shelf {
  items(owner: string): readonly SandboxBoxItem[];
  put(owner: string, item: SandboxBoxItem): void;
  /** Changes the items that `change` answers something else for. */
  change(owner: string, change: (item: SandboxBoxItem) => SandboxBoxItem): void;
  onChange(listener: () => void): () => void;
}

export function createBoxes({ people, now, ringMs = RING_MS }: BoxesOptions): Boxes {
  const shelf = createShelf();
  const ringing = new Map<string, { readonly person: string; readonly timer: NodeJS.Timeout }>();
  const common = (to: string) => ({ id: randomUUID(), at: now(), to, isRead: false });
  const ownerOf = (field: 'number' | 'address', value: string): string =>
    people.find((one) => one[field] === value)?.id ?? NOBODY;

  const endRing = (id: string, state: SandboxCall['state']): boolean => {
    const call = ringing.get(id);
    if (call === undefined) return false;
    clearTimeout(call.timer);
    ringing.delete(id);
    const isRead = state !== 'missed';
    shelf.change(call.person, (item) => (item.id === id && item.kind === 'call' ? { ...item, state, isRead } : item));
    return true;
  };

  return {
    people,
    text: (number, sms) => shelf.put(ownerOf('number', number), { ...common(number), kind: 'sms', ...sms }),
    mail: (address, mail) => shelf.put(ownerOf('address', address), { ...common(address), kind: 'mail', ...mail }),
    ring: (person, text) => {
      const owner = people.find(({ id }) => id === person);
      if (owner === undefined) return false;
      const call: SandboxCall = { ...common(owner.number), kind: 'call', text, state: 'ringing' };
      ringing.set(call.id, { person, timer: setTimeout(() => endRing(call.id, 'missed'), ringMs).unref() });
      shelf.put(person, call);
      return true;
    },
    pickUp: endRing,
    read: (person) => shelf.change(person, (item) => (item.isRead ? item : { ...item, isRead: true })),
    list: () => shown(people, shelf),
    onChange: shelf.onChange,
    close: () => {
      for (const { timer } of ringing.values()) clearTimeout(timer);
    },
  };
}

function createShelf(): Shelf {
  const boxes = new Map<string, readonly SandboxBoxItem[]>();
  const listeners = new Set<() => void>();
  const keep = (owner: string, items: readonly SandboxBoxItem[]): void => {
    boxes.set(owner, items.slice(0, KEPT));
    for (const listener of listeners) listener();
  };
  const items = (owner: string): readonly SandboxBoxItem[] => boxes.get(owner) ?? [];
  return {
    items,
    put: (owner, item) => keep(owner, [item, ...items(owner)]),
    change: (owner, change) => {
      const after = items(owner).map(change);
      if (after.some((item, i) => item !== items(owner)[i])) keep(owner, after);
    },
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function shown(people: readonly Subscriber[], { items }: Shelf): ReturnType<Boxes['list']> {
  const own = people.map(({ id, number, address }) => ({ id, number, address, items: items(id) }));
  const stray = items(NOBODY);
  return stray.length === 0 ? own : [...own, { id: NOBODY, number: '', address: '', items: stray }];
}
