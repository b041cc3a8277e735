import { describe, expect, it } from 'vitest';
import { handOffMessage } from '../../blocks/hand-off.ts';
import type { Message } from '../../blocks/kit.ts';
import { md } from '../../blocks/kit.ts';
import { contactCodeModal, contactModal, contactSheet } from '../../blocks/modals/contact.ts';
import { coverModal } from '../../blocks/modals/cover.ts';
import { overrideModal } from '../../blocks/modals/override.ts';
import { calendarSheet, revokedSheet } from '../../blocks/on-call-calendar.ts';
import { coverMessage } from '../../blocks/on-call-cover.ts';
import { gapMessage } from '../../blocks/on-call-gap.ts';
import { onCallHome } from '../../blocks/on-call-home.ts';
import { onCallReply } from '../../blocks/on-call-list.ts';
import { coverAskedReply, handedOverReply, overrideReply, takenBackReply } from '../../blocks/on-call-replies.ts';
import { violations } from '../../blocks/validate.ts';
import type { Standing } from '../../src/app/on-call.ts';
import type { Incident } from '../../src/domain/incident.ts';
import type { Role } from '../../src/domain/service.ts';
import { poisoned, texts } from './hostile.ts';
import { ANA, BEN, incident as incidentIn, MINUTE, NOW } from './incidents.ts';

const HOUR = 60 * MINUTE;
const incident = (changes: Partial<Incident> = {}): Incident => ({ ...incidentIn('triggered'), ...changes });
const CAT = 'U0CAT';
const zone = 'Europe/Berlin';

interface Material {
  readonly text: string;
  readonly incident: (changes?: Partial<Incident>) => Incident;
}
const plainly: Material = { text: 'Payments on call', incident };

const rotationOf = (text: string) => ({
  ...{ name: 'shop/payments', title: text, zone, layers: [], mayHaveGaps: false, calendar: null, group: null },
});
const overrideOf = (text: string, changes = {}) => ({
  ...{ id: 'o1', rotation: 'shop/payments', person: BEN, by: ANA, from: NOW, to: NOW + HOUR, madeAt: 1, note: text },
  ...changes,
});
const requestOf = (text: string, changes = {}) => ({
  ...{ id: 'c1', rotation: 'shop/payments', asker: ANA, askedAt: NOW, note: text, taken: null, withdrawnAt: null },
  spans: Array.from({ length: 8 }, (_, i) => ({ from: NOW + (2 * i + 1) * HOUR, to: NOW + (2 * i + 2) * HOUR })),
  ...changes,
});
const warning = { rotation: 'shop/payments', from: NOW + HOUR, to: NOW + 2 * HOUR, key: 'k', words: '' };
const summary = {
  ...{ rotation: 'shop/payments', at: NOW, from: ANA, to: BEN as string | null },
  ...{ since: NOW - 24 * HOUR, until: NOW + 24 * HOUR, next: CAT },
};
const roleOf = (title: string, changes: Partial<Role> = {}): Role => ({
  ...{ title, for: null, people: [], rotation: null, group: null },
  ...changes,
});

function standingOf(text: string, changes: Partial<Standing> = {}): Standing {
  return {
    ...{ service: 'shop', rotation: 'shop/payments', title: text, zone, person: ANA, since: NOW - HOUR },
    ...{ until: NOW + HOUR, next: BEN, receivedAt: null, gaps: [warning], covers: [requestOf(text)] },
    ...{ overrides: [overrideOf(text)], calendar: { readAt: null, trouble: [text] } },
    ...changes,
  };
}

function handOff(of: Material, changes = {}): Message {
  const incidents = Array.from({ length: 14 }, (_, i) =>
    of.incident({ id: `INC-${i + 1}`, silencedUntil: i % 2 ? NOW + HOUR : null }),
  );
  const drawn = {
    kind: 'hand-off' as const,
    rotation: rotationOf(of.text),
    summary,
    incidents,
    serving: [],
    received: null,
    endedAt: null,
  };
  return handOffMessage({ ...drawn, ...changes }, NOW);
}

function list({ text }: Material): Message {
  const roles = { senior: roleOf(text, { people: [ANA, BEN] }), manager: roleOf(text, { unset: ['POTATO_MANAGER'] }) };
  const service = { name: 'shop', title: text, roles };
  const standings = Array.from({ length: 20 }, () => standingOf(text));
  return onCallReply({ standings, service, isAll: false, user: BEN }, NOW);
}

const offeredOf = (text: string) => [{ rotation: 'shop/payments', title: text, zone }];

/** Everything that is drawn about on call, out of whatever it is given. */
const surfaces: Readonly<Record<string, (of: Material) => Parameters<typeof violations>[0]>> = {
  'the list': list,
  'a hand-off': (of) => handOff(of),
  'a hand-off that was received': (of) => handOff(of, { received: { by: BEN, at: NOW } }),
  'a hand-off that is over': (of) => handOff(of, { endedAt: NOW + HOUR }),
  'a reminder': (of) => handOff(of, { kind: 'reminder' }),
  'a hand-off to nobody': (of) => handOff(of, { summary: { ...summary, to: null, until: null, next: null } }),
  'a gap': ({ text }) => gapMessage({ rotation: rotationOf(text), warning }, NOW),
  'a request for cover': ({ text }) =>
    coverMessage({ service: 'shop', rotation: rotationOf(text), request: requestOf(text) }, NOW),
  'a request that was taken': ({ text }) =>
    coverMessage(
      { service: 'shop', rotation: rotationOf(text), request: requestOf(text, { taken: { by: BEN, at: NOW } }) },
      NOW,
    ),
  'an override': ({ text }) =>
    overrideReply(rotationOf(text), overrideOf(text), { over: [overrideOf(text)], gaps: [warning] }, NOW),
  'an override taken back': ({ text }) => takenBackReply(rotationOf(text), overrideOf(text), NOW),
  'the answer to a request': ({ text }) => coverAskedReply(rotationOf(text), requestOf(text), md`the channel`),
  'the answer to a hand-over': ({ text }) => handedOverReply(rotationOf(text), overrideOf(text)),
  'the form for an override': ({ text }) =>
    overrideModal({
      ...{ offered: offeredOf(text), rotation: null, person: ANA, channel: 'C1' },
      ...{ from: NOW, to: NOW + HOUR },
    }),
  'the form for cover': ({ text }) =>
    coverModal({ offered: offeredOf(text), rotation: 'shop/payments', channel: null, from: NOW, to: NOW + HOUR }),
  'the form for a number': () => contactModal({ phone: '+4915112345678' }),
  'the form for a code': () => contactCodeModal('+4915112345678'),
  'what is known of a number': () => contactSheet({ phone: null }),
  'the addresses of calendars': ({ text }) =>
    calendarSheet(
      Array.from({ length: 40 }, () => ({ title: text, mine: 'https://t/a', all: 'https://t/b' })),
      false,
    ),
  'addresses that were revoked': () => revokedSheet(true),
  'App Home': ({ text }) => ({
    type: 'home',
    blocks: onCallHome({
      ...{ now: Array.from({ length: 9 }, () => ({ title: text, zone, until: NOW + HOUR })), hasRotations: true },
      ...{ next: { title: text, zone, from: NOW, to: NOW + HOUR }, contact: { phone: '+4915112345678' } },
    }),
  }),
};

describe.each(Object.entries(surfaces))('%s', (_, draw) => {
  it('is taken by Slack', () => {
    expect(violations(draw(plainly))).toEqual([]);
  });

  it.each(Object.entries(texts))('mentions nobody whom it does not mean, with %s in it', (_name, text) => {
    const of = {
      text,
      incident: (changes = {}) => ({ ...poisoned(incident(), text, 'https://x.example'), ...changes }),
    };
    const drawn = draw(of);

    expect(violations(drawn)).toEqual([]);
    expect(JSON.stringify(drawn)).not.toMatch(/<!(?:channel|here|everyone)|<@U0EVIL>/);
  });
});

const said = (message: Message) => JSON.stringify(message.blocks);

describe('a hand-off message', () => {
  it('puts what nobody has acknowledged first, then the worst, and counts the rest', () => {
    const incidents = [
      incident({ id: 'INC-1', severity: 'P0', status: 'acknowledged', owner: ANA }),
      incident({ id: 'INC-2', severity: 'P2', status: 'triggered' }),
      incident({ id: 'INC-3', severity: 'P1', status: 'triggered' }),
      incident({ id: 'INC-4', severity: 'P0', status: 'resolved' }),
      ...Array.from({ length: 9 }, (_, i) => incident({ id: `INC-${10 + i}`, severity: 'P3', status: 'mitigated' })),
    ];
    const drawn = said(handOff(plainly, { incidents }));

    expect([...drawn.matchAll(/\*(INC-\d+)\*/g)].map(([, id]) => id).slice(0, 3)).toEqual(['INC-3', 'INC-2', 'INC-1']);
    expect(drawn).toContain('12 open incidents, 2 not acknowledged.');
    expect(drawn).toContain('and 2 more');
    expect(drawn).not.toContain('INC-4');
  });

  it('tells what is silenced, and until when', () => {
    const incidents = [
      incident({ id: 'INC-1', silencedUntil: NOW + HOUR }),
      incident({ id: 'INC-2', silencedUntil: NOW - HOUR }),
    ];
    const drawn = said(handOff(plainly, { incidents }));

    expect(drawn).toContain('🔕 INC-1 until');
    expect(drawn).not.toContain('🔕 INC-2');
  });

  it('says that nobody is on call, and how to name somebody', () => {
    const drawn = handOff(plainly, { summary: { ...summary, to: null }, incidents: [] });

    expect(drawn.text).toContain('Nobody is on call for Payments on call');
    expect(drawn.text).toContain('/incident override shop/payments @person');
    expect(said(drawn)).not.toContain('handoff.have');
  });
});

describe('the list', () => {
  it('says who is behind a role, and what to set where that is nobody', () => {
    expect(said(list(plainly))).toContain(`(senior): <@${ANA}>, <@${BEN}>`);
    expect(said(list(plainly))).toContain('(manager): ⚠️ nobody: set POTATO_MANAGER');
  });

  it('says that nobody is on call, and until when', () => {
    const standings = [standingOf('Payments', { person: null })];

    expect(said(onCallReply({ standings, service: null, isAll: true, user: ANA }, NOW))).toContain(
      '*Nobody is on call now*, until',
    );
  });

  it('offers one’s own request to be withdrawn, and that of others to be taken', () => {
    const drawn = (user: string) =>
      said(onCallReply({ standings: [standingOf('Payments')], service: null, isAll: true, user }, NOW));

    expect(drawn(ANA)).toContain('cover.withdraw');
    expect(drawn(BEN)).toContain('cover.take');
    expect(drawn(BEN)).not.toContain('cover.withdraw');
  });
});

describe('a phone number', () => {
  it.each(
    [contactModal, contactSheet].map((draw) => draw({ phone: '+4915112345678' })),
  )('is hidden but for its end', (view) => {
    expect(JSON.stringify(view)).toContain('••78');
    expect(JSON.stringify(view)).not.toContain('5112345678');
  });
});
