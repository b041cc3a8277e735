import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toGsm } from '../../../src/paging/ways/gsm.ts';
import { mailText } from '../../../src/paging/ways/mail-text.ts';
import { spokenText } from '../../../src/paging/ways/spoken.ts';
import { headline, incidentsOf, smsText, subjectOf } from '../../../src/paging/ways/words.ts';
import { CARD, notice } from './given.ts';

const LONG =
  'The share of requests of the prod endpoint that are answered with an error of the server is far above its limit';

describe('a page as a text message', () => {
  it('says how bad it is, where, which, what, and where to answer', () => {
    expect(smsText([notice()])).toBe('P1 Bikeshare (prod) INC-7: p95 latency is high. Ack in Slack.');
  });

  it('says first that it is a drill', () => {
    expect(smsText([notice({ drill: true })])).toMatch(/^DRILL: P1 /);
  });

  it('cuts the title and nothing else', () => {
    expect(smsText([notice({ title: LONG })])).toBe(
      'P1 Bikeshare (prod) INC-7: The share of requests of the prod endpoint that are answered with an error of the server is far... Ack in Slack.',
    );
  });

  it('writes what the alphabet of text messages lacks in its letters', () => {
    expect(toGsm('“Latenz” ≥ 2 s – Größe µ… → ő ñ 🔥 x')).toBe('"Latenz" >= 2 s - Größe u... -> o ñ x');
  });

  it('leaves another script as it is, and then has half of the room', () => {
    const text = smsText([notice({ title: '予測エンドポイントの遅延が上限を大きく超えています。'.repeat(5) })]);

    expect(text).toContain('予測エンドポイント');
    expect(text.length).toBeLessThanOrEqual(70);
    expect(text).toMatch(/Ack in Slack\.$/);
  });

  it('names how many there are, the worst, and the ids of others', () => {
    const of = (id: string, severity: 'P0' | 'P1' | 'P2') => notice({ id, severity, title: 'x' });
    const text = smsText([
      of('INC-1', 'P2'),
      of('INC-2', 'P0'),
      of('INC-3', 'P1'),
      of('INC-4', 'P1'),
      of('INC-5', 'P2'),
      of('INC-6', 'P2'),
    ]);

    expect(text).toBe(
      '6 incidents, worst P0 Bikeshare (prod) INC-2: x. Also INC-3, INC-4, INC-1 and 2 more. Ack in Slack.',
    );
  });

  it('is no drill as soon as one of several is real', () => {
    expect(headline([notice({ id: 'INC-1', drill: true }), notice({ id: 'INC-2', drill: false })])).not.toContain(
      'DRILL',
    );
  });

  it('counts an incident once, however many of its steps page at once', () => {
    expect(incidentsOf([notice(), notice()])).toHaveLength(1);
  });

  it('fits into one message and ends with what to do, whatever a title holds', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 400 }),
        fc.string({ maxLength: 30 }),
        (title, serviceTitle) => {
          const text = smsText([notice({ title, serviceTitle })]);
          const isGsm = /^[\x20-\x7e¡£¤¥§¿ÄÅÆÇÉÑÖØÜßàäåæèéìñòöøùüΓΔΘΛΞΠΣΦΨΩ€]*$/.test(text);

          expect(text.length).toBeLessThanOrEqual(isGsm ? 140 : 70);
          expect(text).toMatch(/ Ack in Slack\.$/);
          expect(text).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
        },
      ),
    );
  });
});

describe('a subject', () => {
  it('is the headline', () => {
    expect(subjectOf([notice()])).toBe('P1 Bikeshare (prod) INC-7: p95 latency is high');
  });

  it('is written in ASCII', () => {
    expect(subjectOf([notice({ serviceTitle: '“Ørsted” – Größe', title: '予測' })])).toBe(
      'P1 "Orsted" - Grosse (prod) INC-7:',
    );
  });

  it('is what SNS takes, whatever a title holds', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 400 }),
        fc.string({ unit: 'binary' }),
        (title, serviceTitle) => {
          expect(subjectOf([notice({ title, serviceTitle })])).toMatch(/^[A-Za-z0-9][\x20-\x7e]{0,98}$/);
        },
      ),
    );
  });
});

describe('a page as an e-mail', () => {
  it('says what is known, why this person gets it, and where to answer', () => {
    const text = mailText([notice({ summary: 'Riders wait.\nMany of them.' })], CARD);

    expect(text).toBe(
      `P1 Bikeshare (prod) INC-7: p95 latency is high
Riders wait. Many of them.

Since 2026-11-22 03:00 UTC
Alarms: 1 firing, of 1
Nobody has acknowledged it.

In Slack: ${CARD}

You get this as Senior engineer, from level L2 of the escalation.
Acknowledge in Slack. An answer to this message reaches nobody.`,
    );
  });

  it('says that alarms could not be told, rather than that they are well', () => {
    const members = { total: 3, firing: 0, unknown: 2, shown: [] };

    expect(mailText([notice({ members })], null)).toContain('Alarms: 0 firing, 2 could not be told, of 3');
  });

  it('lists several, the worst first, and says that all of it is a drill', () => {
    const drill = (id: string, severity: 'P0' | 'P2') => notice({ id, severity, drill: true });
    const text = mailText([drill('INC-1', 'P2'), drill('INC-2', 'P0')], null);

    expect(text).toMatch(/^This is a drill\.\n\n2 incidents\. The worst first:\n\nP0 Bikeshare \(prod\) INC-2/);
    expect(text).toContain('P2 Bikeshare (prod) INC-1');
    expect(text).not.toContain('In Slack:');
  });

  it('does not show the writing of Slack for a person', () => {
    expect(mailText([{ ...notice(), targetTitle: '<@U0ANA>' }], null)).toContain(
      'You get this from level L2 of the escalation.',
    );
  });
});

describe('a page that is read out', () => {
  it('is a few short sentences', () => {
    expect(spokenText([notice()])).toBe(
      'This is Tocsin. Severity P 1, incident 7, Bikeshare, prod. p 95 latency is high. Please acknowledge in Slack.',
    );
  });

  it.each([
    ['bikeshare_5XX-errors > 2.5% & rising', 'bikeshare 5 X X errors above 2.5 percent and rising'],
    ['p95 ≥ 800ms', 'p 95 at least 800 milliseconds'],
    ['Drift of feature temp_c: -0.4', 'Drift of feature temp c minus 0.4'],
    ['Nothing (for "10 min")…', 'Nothing for 10 min'],
  ])('reads %s as a person would', (title, words) => {
    expect(spokenText([notice({ title })])).toContain(`, prod. ${words}. Please`);
  });

  it('spells long numbers of incidents, and names the first of several', () => {
    const [a, b] = [notice({ id: 'INC-1042', severity: 'P0' }), notice({ id: 'INC-1043', severity: 'P2' })];

    expect(spokenText([a, b])).toMatch(
      /^This is Tocsin\. 2 incidents\. The worst: Severity P 0, incident 1 0 4 2, .* Also incident 1 0 4 3\. Please/,
    );
  });

  it('says that it is a drill before anything else', () => {
    expect(spokenText([notice({ drill: true })])).toMatch(/^This is a drill by Tocsin\./);
  });
});
