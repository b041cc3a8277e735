import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LIMITS } from '../../blocks/limits.ts';
import {
  buttons,
  decodeChoice,
  decodeMeta,
  decodeRotationTarget,
  decodeStep,
  decodeTarget,
  encodeChoice,
  encodeMeta,
  encodeRotationTarget,
  encodeStep,
  encodeTarget,
  letters,
  links,
  metadata,
  modals,
  type OverflowName,
  onCallLinks,
  onRotation,
  overflow,
  retiredActionIds,
  shortcuts,
  sides,
  steps,
} from '../../src/slack/protocol.ts';
import {
  autopilot,
  decodeApproval,
  decodeOffer,
  decodeOfferChoice,
  decodeRun,
  encodeApproval,
  encodeOffer,
  encodeOfferChoice,
  encodeRun,
  offers,
  runs,
} from '../../src/slack/protocol-runs.ts';

const targets = fc.record({
  incident: fc.integer({ min: 1, max: 999_999_999 }).map((number) => `INC-${number}`),
  seen: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
});
const choices = fc.constantFrom(...(Object.keys(overflow.options) as OverflowName[]));
const rubbish = [
  '',
  'null',
  '{}',
  '[]',
  '"INC-7"',
  '{"incident":"INC-7"}',
  '{"incident":"INC-07","seen":1}',
  '{"incident":"INC-7","seen":0}',
];

describe('what a button carries', () => {
  it('comes back as it went, and fits', () => {
    fc.assert(
      fc.property(targets, (target) => {
        const value = encodeTarget(target);

        expect(decodeTarget(value)).toEqual(target);
        expect(value.length).toBeLessThanOrEqual(LIMITS.buttonValue);
      }),
    );
  });

  it.each([
    ...rubbish,
    '{"incident":"INC-7","seen":1,"more":1}',
    '{"incident":"INC-7","seen":1.5}',
    '{',
    undefined,
  ])('is not read from %j', (value) => {
    expect(decodeTarget(value)).toBeNull();
  });

  it('is never made of something that would not be read', () => {
    expect(() => encodeTarget({ incident: 'INC-0', seen: 1 })).toThrow();
  });
});

describe('what a choice carries', () => {
  it('comes back as it went, and fits', () => {
    fc.assert(
      fc.property(choices, targets, (name, target) => {
        const value = encodeChoice(name, target);

        expect(decodeChoice(value)).toEqual({ name, target });
        expect(value.length).toBeLessThanOrEqual(LIMITS.optionValue);
      }),
    );
  });

  it.each([
    '',
    'note',
    'note:INC-7',
    'note:INC-7:x',
    'note:INC-7:1:2',
    'nothing:INC-7:1',
    '__proto__:INC-7:1',
    'note:INC-0:1',
    undefined,
  ])('is not read from %j', (value) => {
    expect(decodeChoice(value)).toBeNull();
  });

  it('is never anything but what was made, whatever a client sends', () => {
    fc.assert(
      fc.property(fc.string(), (value) => {
        const choice = decodeChoice(value);

        return choice === null || Object.hasOwn(overflow.options, choice.name);
      }),
    );
  });
});

describe('what a step’s button carries', () => {
  const names = fc.stringMatching(/^[a-z][a-z0-9-]{0,40}$/);

  it('comes back as it went, and fits', () => {
    fc.assert(
      fc.property(targets, names, names, ({ incident }, runbook, step) => {
        const value = encodeStep({ incident, runbook, step });

        expect(decodeStep(value)).toEqual({ incident, runbook, step });
        expect(value.length).toBeLessThanOrEqual(LIMITS.buttonValue);
      }),
    );
  });

  it.each([
    ...rubbish,
    '{"incident":"INC-7","runbook":"errors"}',
    '{"incident":"INC-7","runbook":"errors","step":""}',
    '{"incident":"INC-7","runbook":"errors","step":"1","by":"U0ANA"}',
    undefined,
  ])('is not read from %j', (value) => {
    expect(decodeStep(value)).toBeNull();
  });
});

describe('what a button about on call carries', () => {
  const names = fc.stringMatching(/^[a-z][a-z0-9-]{0,40}$/);

  it('comes back as it went, and fits', () => {
    fc.assert(
      fc.property(names, names, fc.string({ minLength: 1, maxLength: 300 }), (service, name, id) => {
        const value = encodeRotationTarget({ rotation: `${service}/${name}`, id });

        expect(decodeRotationTarget(value)).toEqual({ rotation: `${service}/${name}`, id });
        expect(value.length).toBeLessThanOrEqual(LIMITS.buttonValue);
      }),
    );
  });

  it.each([
    ...rubbish,
    '{"rotation":"shop","id":"1"}',
    '{"rotation":"a/b/c","id":"1"}',
    '{"rotation":"a/b","id":""}',
  ])('is not read from %j', (value) => {
    expect(decodeRotationTarget(value)).toBeNull();
  });
});

describe('what a modal carries', () => {
  it('comes back as it went', () => {
    const target = { incident: 'INC-7', seen: 12 };

    expect(decodeMeta('resolve', encodeMeta('resolve', target))).toEqual(target);
    expect(decodeMeta('declare', encodeMeta('declare', { channel: null }))).toEqual({ channel: null });
    expect(decodeMeta('addMessage', encodeMeta('addMessage', { draft: 'd1' }))).toEqual({ draft: 'd1' });
  });

  it.each(rubbish)('is not read from %j', (value) => {
    expect(decodeMeta('resolve', value)).toBeNull();
  });

  it('is not taken from another modal', () => {
    expect(decodeMeta('resolve', encodeMeta('declare', { channel: 'C1' }))).toBeNull();
  });
});

describe('what the buttons of actions and runs carry', () => {
  const names = fc.stringMatching(/^[a-z][a-z0-9-]{0,40}$/);
  const inputNames = fc.stringMatching(/^[a-z][a-z0-9_]{0,30}$/);
  const said = fc.dictionary(inputNames, fc.string({ maxLength: 100 }), { maxKeys: 20, noNullPrototype: true });
  const runIds = fc.tuple(targets, fc.integer({ min: 1, max: 9999 })).map(([{ incident }, n]) => `${incident}.${n}`);
  const hashes = fc.stringMatching(/^[0-9a-f]{64}$/);

  it('comes back as it went, and fits', () => {
    fc.assert(
      fc.property(targets, names, runIds, hashes, ({ incident }, action, run, hash) => {
        expect(decodeOffer(encodeOffer({ incident, action }))).toEqual({ incident, action });
        expect(decodeOfferChoice(encodeOfferChoice({ incident, action }))).toEqual({ incident, action });
        expect(encodeOfferChoice({ incident, action }).length).toBeLessThanOrEqual(LIMITS.optionValue);
        expect(decodeRun(encodeRun({ run }))).toEqual({ run });
        expect(decodeApproval(encodeApproval({ run, hash }))).toEqual({ run, hash });
      }),
    );
  });

  it('has what was said with it, or nothing of it where that is too long', () => {
    fc.assert(
      fc.property(targets, names, said, ({ incident }, action, inputs) => {
        const value = encodeOffer({ incident, action, inputs });
        const read = decodeOffer(value);

        expect(value.length).toBeLessThanOrEqual(LIMITS.buttonValue);
        expect([
          { incident, action, inputs },
          { incident, action },
        ]).toContainEqual(read);
      }),
    );
  });

  it.each([
    ...rubbish,
    '{"incident":"INC-7","action":"__proto__"}',
    '{"incident":"INC-7","action":"Restart"}',
    '{"incident":"INC-7","action":"restart","by":"U0ANA"}',
    '{"incident":"INC-7","action":"restart","inputs":{"to":1}}',
    '{"incident":"INC-7","action":"restart","inputs":{"To":"x"}}',
    '{"run":"INC-7"}',
    '{"run":"INC-7.0"}',
    '{"run":"INC-7.1","hash":"abc"}',
    `{"run":"INC-7.1","hash":"${'a'.repeat(64)}","by":"U0ANA"}`,
    undefined,
  ])('is not read from %j', (value) => {
    expect([decodeOffer(value), decodeRun(value), decodeApproval(value)]).toEqual([null, null, null]);
  });
});

describe('the ids that Slack sends back', () => {
  const spoken = [onRotation, onCallLinks, buttons, letters, links, sides, steps, offers, runs, autopilot].flatMap(
    (group) => Object.values(group),
  );
  const actionIds = [...spoken, overflow].map(({ actionId }) => actionId);
  const callbackIds = [...Object.values(modals), ...Object.values(shortcuts)].map(({ callbackId }) => callbackId);

  it.each([
    ['action ids', actionIds],
    ['callback ids', callbackIds],
    ['kinds of metadata', Object.values(metadata)],
  ])('are different from each other: %s', (_, ids) => {
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('are of the form noun.verb, and none is one of the retired', () => {
    for (const id of actionIds) {
      expect(id).toMatch(/^[a-z]+\.[a-z-]+$/);
      expect(retiredActionIds).not.toContain(id);
    }
  });

  it('belong to labels that a phone shows in full', () => {
    const labels = [...spoken.map(({ label }) => label), ...Object.values(overflow.options)];

    for (const label of labels) expect(label.length).toBeLessThanOrEqual(30);
  });
});
