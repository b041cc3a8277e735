import { describe, expect, it } from 'vitest';
import { legalButtons } from '../../blocks/incident-actions.ts';
import { type Command, decide, type PersonCommand } from '../../src/domain/decide.ts';
import { STATUSES, type Status } from '../../src/domain/incident.ts';
import type { RejectionCode } from '../../src/domain/result.ts';
import type { ButtonName } from '../../src/slack/protocol.ts';
import { ANA, alarms, BEN, change, happens, inStatus, MINUTE, NOTE, opened, T0 } from './given.ts';

const LATER = T0 + 2 * MINUTE;

/** By BEN, who does not have it: ANA does, from `acknowledged` on. */
const COMMANDS: Record<string, PersonCommand> = {
  see: { type: 'see', by: BEN },
  acknowledge: { type: 'acknowledge', by: BEN },
  'acknowledge again': { type: 'acknowledge', by: ANA },
  'assign to self': { type: 'assign', by: BEN, to: BEN },
  'assign to the owner': { type: 'assign', by: BEN, to: ANA },
  'set another severity': { type: 'set_severity', by: BEN, severity: 'P0' },
  'set the same severity': { type: 'set_severity', by: BEN, severity: 'P2' },
  note: { type: 'note', by: BEN, text: ' looks like memory ' },
  'note nothing': { type: 'note', by: BEN, text: ' \n ' },
  'add a message': { type: 'add_message', by: BEN, author: ANA, text: 'look', link: null },
  silence: { type: 'silence', by: BEN, forMs: MINUTE },
  mitigate: { type: 'mitigate', by: BEN },
  resolve: { type: 'resolve', by: BEN, seen: null, text: 'done', note: null },
  'resolve with a note': { type: 'resolve', by: BEN, seen: null, text: 'done', note: NOTE },
  close: { type: 'close', by: BEN, note: NOTE },
  reopen: { type: 'reopen', by: BEN, reason: 'again' },
};

/** What each command causes in triggered, acknowledged, mitigated, resolved and closed: types of events, or a refusal's code. */
const TABLE: Record<string, readonly [string, string, string, string, string]> = {
  see: ['seen', '', '', '', ''],
  acknowledge: ['acknowledged', '!nothing_to_do', '!nothing_to_do', '!already_resolved', '!already_resolved'],
  'acknowledge again': ['acknowledged', '', '', '!already_resolved', '!already_resolved'],
  'assign to self': ['assigned', 'assigned', 'assigned', '!already_resolved', '!already_resolved'],
  'assign to the owner': ['assigned', '!already_yours', '!already_yours', '!already_resolved', '!already_resolved'],
  'set another severity': ['severity_set', 'severity_set', 'severity_set', '!already_resolved', '!already_resolved'],
  'set the same severity': [
    '!nothing_to_do',
    '!nothing_to_do',
    '!nothing_to_do',
    '!already_resolved',
    '!already_resolved',
  ],
  note: ['noted', 'noted', 'noted', 'noted', 'noted'],
  'note nothing': ['!bad_input', '!bad_input', '!bad_input', '!bad_input', '!bad_input'],
  'add a message': ['message_added', 'message_added', 'message_added', 'message_added', 'message_added'],
  silence: ['silenced', 'silenced', 'silenced', '!already_resolved', '!already_resolved'],
  mitigate: ['acknowledged mitigated', 'mitigated', '!nothing_to_do', '!already_resolved', '!already_resolved'],
  resolve: ['acknowledged resolved', 'resolved', 'resolved', '!already_resolved', '!already_resolved'],
  'resolve with a note': [
    'acknowledged resolved closed',
    'resolved closed',
    'resolved closed',
    'closed',
    '!nothing_to_do',
  ],
  close: ['!not_open', '!not_open', '!not_open', 'closed', '!nothing_to_do'],
  reopen: ['!nothing_to_do', '!nothing_to_do', '!nothing_to_do', 'reopened', 'reopened'],
};

const CASES = Object.entries(TABLE).flatMap(([name, row]) =>
  STATUSES.map((status, i) => ({ name, status, expected: row[i] ?? '' })),
);

function outcome(command: Command, status: Status): string {
  const result = decide(inStatus(status).incident, command, LATER);
  return result.ok ? result.value.events.map(({ type }) => type).join(' ') : `!${result.rejection.code}`;
}

describe('what a person asks for', () => {
  it.each(CASES)('"$name" of a $status incident: $expected', ({ name, status, expected }) => {
    const command = COMMANDS[name];
    if (!command) throw new Error(`no command ${name}`);

    expect(outcome(command, status)).toBe(expected);
  });

  it.each(STATUSES)('is never refused when the card of a %s incident offers it', (status) => {
    const pressed: Record<Exclude<ButtonName, 'timeline' | 'runbook'>, PersonCommand> = {
      acknowledge: { type: 'acknowledge', by: BEN },
      mitigate: { type: 'mitigate', by: BEN },
      resolve: { type: 'resolve', by: BEN, seen: null, text: '', note: NOTE },
      close: { type: 'close', by: BEN, note: NOTE },
      reopen: { type: 'reopen', by: BEN, reason: '' },
    };
    const offered = legalButtons(inStatus(status).incident).filter((name) => name !== 'timeline' && name !== 'runbook');

    expect(offered.map((name) => outcome(pressed[name], status)[0])).not.toContain('!');
    expect(offered).not.toHaveLength(0);
  });

  it('is refused with words that say what to do instead', () => {
    const codes: RejectionCode[] = ['already_resolved', 'not_open'];
    const refused = [
      decide(inStatus('resolved').incident, { type: 'acknowledge', by: BEN }, LATER),
      decide(inStatus('triggered').incident, { type: 'close', by: BEN, note: NOTE }, LATER),
    ];

    expect(refused.map((result) => !result.ok && result.rejection.code)).toEqual(codes);
    expect(refused.every((result) => !result.ok && result.rejection.hint)).toBe(true);
  });
});

describe('resolving', () => {
  it('is refused to somebody who has not seen the newest alarm', () => {
    const story = inStatus('acknowledged');
    const seen = story.incident.version;
    happens(story, alarms(story, change('bikeshare-errors', 'firing', T0 + MINUTE)), T0 + MINUTE);

    const refused = decide(story.incident, { type: 'resolve', by: ANA, seen, text: '', note: null }, LATER);
    const again = { type: 'resolve', by: ANA, seen: story.incident.version, text: '', note: null } as const;

    expect(refused).toMatchObject({ ok: false, rejection: { code: 'changed_since_seen' } });
    expect(decide(story.incident, again, LATER).ok).toBe(true);
  });

  it('is not refused because of a recovery or a note that came meanwhile', () => {
    const story = inStatus('acknowledged');
    const seen = story.incident.version;
    happens(story, { type: 'note', by: BEN, text: 'x' }, T0 + MINUTE);
    happens(story, alarms(story, change('bikeshare-latency', 'recovered', T0 + MINUTE)), T0 + MINUTE);

    const result = decide(story.incident, { type: 'resolve', by: ANA, seen, text: '', note: null }, LATER);

    expect(result.ok).toBe(true);
  });
});

describe('who has it', () => {
  it('is whoever acknowledges what was given to somebody who has not acknowledged', () => {
    const story = opened();
    happens(story, { type: 'assign', by: ANA, to: BEN }, T0);

    happens(story, { type: 'acknowledge', by: ANA }, LATER);

    expect(story.incident).toMatchObject({ owner: ANA, status: 'acknowledged' });
  });

  it('is whoever reopens it, and that acknowledges it', () => {
    const story = opened({ recovery: { end: 'resolve', watchMs: 0 } });
    happens(story, alarms(story, change('bikeshare-latency', 'recovered', T0)), T0);
    happens(story, { type: 'wake' }, T0 + MINUTE);

    happens(story, { type: 'reopen', by: BEN, reason: 'not over' }, LATER);

    expect(story.incident).toMatchObject({ owner: BEN, status: 'acknowledged' });
    expect(story.incident.milestones).toMatchObject({ acknowledgedAt: LATER, resolvedAt: null });
  });

  it('is nobody when an alarm reopens it, and stays so when it relapses', () => {
    const story = inStatus('resolved');
    happens(story, alarms(story, change('bikeshare-latency', 'recovered', T0 + MINUTE)), LATER);
    happens(story, alarms(story, change('bikeshare-latency', 'firing', LATER)), LATER);
    expect(story.incident).toMatchObject({ owner: null, status: 'triggered' });

    happens(story, alarms(story, change('bikeshare-latency', 'recovered', LATER + 1)), LATER + 1);
    happens(story, alarms(story, change('bikeshare-latency', 'firing', LATER + 2)), LATER + 2);

    expect(story.incident).toMatchObject({ owner: null, status: 'triggered' });
  });

  it('is not whoever it was given to, as long as they have not acknowledged: a relapse is no word of theirs', () => {
    const story = opened();
    happens(story, { type: 'acknowledge', by: BEN }, T0 + 1);
    happens(story, { type: 'give_back', by: BEN }, T0 + 2);
    happens(story, { type: 'assign', by: BEN, to: ANA }, T0 + 3);
    happens(story, alarms(story, change('bikeshare-latency', 'recovered', LATER)), LATER);
    happens(story, alarms(story, change('bikeshare-latency', 'firing', LATER + 1)), LATER + 1);
    expect(story.incident).toMatchObject({ owner: ANA, status: 'triggered' });

    happens(story, alarms(story, change('bikeshare-latency', 'recovered', LATER + 2)), LATER + 2);
    happens(story, { type: 'acknowledge', by: ANA }, LATER + 3);
    happens(story, alarms(story, change('bikeshare-latency', 'firing', LATER + 4)), LATER + 4);
    expect(story.incident).toMatchObject({ owner: ANA, status: 'acknowledged' });
  });

  it('is measured as acknowledged when somebody takes a recovered incident that nobody had', () => {
    const story = opened();
    happens(story, alarms(story, change('bikeshare-latency', 'recovered', T0)), T0);

    happens(story, { type: 'assign', by: ANA, to: ANA }, LATER);

    expect(story.incident).toMatchObject({ owner: ANA, status: 'mitigated', milestones: { acknowledgedAt: LATER } });
  });
});
