import type { ModalView } from '@slack/types';
import type { Deadline } from '../../src/domain/deadline.ts';
import type { Incident } from '../../src/domain/incident.ts';
import type { FollowUpTarget } from '../../src/slack/protocol.ts';
import { comesFrom, followUpLine, whatOf } from '../deadline-words.ts';
import { context, lines, md, section } from '../kit.ts';
import { ask, form, sheet } from './form.ts';

const SLACK_USER = /^[UW][A-Z0-9]{1,30}$/;

/** Gives a follow-up to somebody else, or another time. */
export function followUpModal(incident: Incident, deadline: Deadline, target: FollowUpTarget): ModalView {
  const { owner, due } = deadline;
  return form(
    'followUp',
    target,
    { title: `Follow-up ${deadline.id}`, submit: 'Change' },
    section(lines(md`*${whatOf(deadline)}*`, comesFrom(incident, deadline))),
    ask(
      {
        of: 'followUp',
        id: 'owner',
        label: 'Who does it',
        hint: 'Whoever gets it hears of it. Empty: nobody.',
        optional: true,
      },
      {
        type: 'users_select',
        action_id: 'owner',
        ...(owner !== null && SLACK_USER.test(owner) && { initial_user: owner }),
      },
    ),
    ask(
      { of: 'followUp', id: 'due', label: 'Until when', hint: 'At most 120 days from now.' },
      { type: 'datetimepicker', action_id: 'due', initial_date_time: Math.floor(due / 1000) },
    ),
  );
}

/** What has come of it, in the place of the form. */
export function changedFollowUpSheet(incident: Incident, deadline: Deadline, now: number): ModalView {
  return sheet(
    `Follow-up ${deadline.id}`,
    section(md`✅ ${followUpLine(deadline, now)}`),
    context(comesFrom(incident, deadline)),
  );
}
