import type { ContextBlock, InputBlock, ModalView } from '@slack/types';
import { checklistOf } from '../../src/domain/checklist.ts';
import { fixOf, followUpsOf } from '../../src/domain/closing.ts';
import { openDeadlines } from '../../src/domain/deadline.ts';
import type { Incident } from '../../src/domain/incident.ts';
import type { Runbook } from '../../src/domain/runbook.ts';
import { symptomsOf } from '../../src/domain/timeline.ts';
import type { Target } from '../../src/slack/protocol.ts';
import { followUpsOnCard } from '../deadline-words.ts';
import { oneLine } from '../foreign-text.ts';
import { placeOf, titleOf } from '../incident-words.ts';
import { context, lines, md, section } from '../kit.ts';
import { ask, form, textInput } from './form.ts';

/** Resolves and writes the closing note in one go. `target.seen` is what the person looked at when they decided that it is over. */
export function resolveModal(incident: Incident, target: Target, runbook: Runbook | null = null): ModalView {
  const firing = incident.members.firing;
  return form(
    'resolve',
    target,
    { title: `Resolve ${incident.id}`, submit: 'Resolve' },
    about(incident),
    firing === 0
      ? null
      : section(
          md`⚠️ *${firing === 1 ? '1 alarm is' : `${firing} alarms are`} still firing.* Resolve only if that is expected.`,
        ),
    openSteps(incident, runbook),
    knownFollowUps(incident),
    ...noteInputs('resolve', incident, runbook),
  );
}

/** Writes the closing note of an incident that is resolved already. */
export function closeModal(incident: Incident, target: Target, runbook: Runbook | null = null): ModalView {
  return form(
    'close',
    target,
    { title: `Close ${incident.id}`, submit: 'Save Note' },
    about(incident),
    openSteps(incident, runbook),
    knownFollowUps(incident),
    ...noteInputs('close', incident, runbook),
  );
}

function about(incident: Incident) {
  return context(lines(md`*${incident.severity} · ${placeOf(incident)}*`, titleOf(incident)));
}

const OPEN_SHOWN = 3;

/** What the runbook asks for and nobody has ticked: only where somebody has begun with it. */
function openSteps(incident: Incident, runbook: Runbook | null): ContextBlock | null {
  const all = runbook ? checklistOf(incident, runbook) : [];
  const open = all.filter(({ record }) => !record?.done);
  if (open.length === 0 || open.length === all.length) return null;
  const named = open.slice(0, OPEN_SHOWN).map(({ number, step }) => `${number}. ${oneLine(step.text, 75)}`);
  const more = open.length - named.length;
  return context(md`Still open in the runbook: ${named.join(' · ')}${more > 0 ? ` and ${more} more` : ''}`);
}

/** What is a follow-up already needs not be written again. */
function knownFollowUps(incident: Incident): ContextBlock | null {
  const known = openDeadlines(incident).length === 0 ? null : followUpsOnCard(incident);
  return known && context(lines(known, 'They stay; what you write below is added.'));
}

function isPerson(owner: Incident['owner']): owner is string {
  return owner !== null && /^[UW][A-Z0-9]{1,30}$/.test(owner);
}

/** What is known already is filled in: at the end of a night nobody should have to type what Tocsin has seen. */
function noteInputs(of: 'resolve' | 'close', incident: Incident, runbook: Runbook | null): InputBlock[] {
  return [
    textInput({
      of,
      id: 'symptoms',
      label: 'Symptoms',
      hint: 'What was seen, and by whom.',
      multiline: true,
      initial: symptomsOf(incident),
    }),
    textInput({ of, id: 'cause', label: 'Cause', hint: 'A guess is fine; say that it is one.', multiline: true }),
    textInput({
      of,
      id: 'fix',
      label: 'Fix',
      hint: 'What ended it.',
      multiline: true,
      initial: fixOf(incident, runbook),
    }),
    textInput({
      of,
      id: 'followUps',
      label: 'Follow-ups',
      hint: 'One on each line. It may end with a day: “in 3d”, “by Friday”, “by 2026-12-01”; without one it is due in a week. Whoever does it is reminded.',
      multiline: true,
      initial: followUpsOf(incident),
      optional: true,
    }),
    ask(
      { of, id: 'followUpsBy', label: 'Who does the follow-ups', hint: 'Empty: you.', optional: true },
      {
        type: 'users_select',
        action_id: 'followUpsBy',
        ...(isPerson(incident.owner) && { initial_user: incident.owner }),
      },
    ),
  ];
}
