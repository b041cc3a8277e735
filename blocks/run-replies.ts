import type { Button, KnownBlock } from '@slack/types';
import type { AutopilotOff } from '../src/app/actions.ts';
import type { Action } from '../src/domain/action.ts';
import type { Incident } from '../src/domain/incident.ts';
import type { Run } from '../src/domain/run.ts';
import type { Service } from '../src/domain/service.ts';
import { COMMAND } from '../src/slack/grammar.ts';
import { links } from '../src/slack/protocol.ts';
import { autopilot, encodeOffer } from '../src/slack/protocol-runs.ts';
import { oneLine } from './foreign-text.ts';
import { placeOf } from './incident-words.ts';
import {
  context,
  lines,
  type Message,
  type Mrkdwn,
  md,
  mention,
  message,
  plain,
  section,
  spoken,
  when,
} from './kit.ts';
import { BUDGET, LIMITS } from './limits.ts';
import { planButton, runButton } from './run-buttons.ts';
import { headWords } from './run-words.ts';

/** Rows with a button each: with headings they stay below Slack's 50 blocks. */
const ROWS = 20;

/** What can be done about an incident, with a button each that shows the plan. What was said beside it goes along. */
export function offersReply(
  incident: Incident,
  offered: readonly Action[],
  inputs: Readonly<Record<string, string>> = {},
): Message {
  const heading = md`What can be done about ${incident.id}, ${placeOf(incident)}:`;
  const shown = offered.slice(0, ROWS);
  const left = offered.length - shown.length;
  return message(
    lines(heading, ...shown.map(actionLine)),
    section(md`*${heading}*`),
    ...shown.map((action) => {
      const value = encodeOffer({ incident: incident.id, action: action.name, inputs: { ...inputs } });
      return section(actionLine(action), { ...planButton(action, incident.id), text: PLAN, value });
    }),
    context(
      md`${left > 0 ? `… and ${left} more. ` : ''}The button shows what would change. Nothing runs before somebody agrees.`,
    ),
  );
}

/** Short: what it plans stands beside it, and a phone has room for few words. */
const PLAN = plain('Show Plan', LIMITS.buttonLabel);

/** `Roll back to the last known good model · high risk · rollback-endpoint` */
function actionLine({ title, risk, name }: Action): Mrkdwn {
  return md`${oneLine(title, BUDGET.title)} · ${risk} risk · ${name}`;
}

/** What services can do, where no incident is meant. */
export function actionsReply(services: readonly Pick<Service, 'name' | 'title' | 'actions'>[]): Message {
  const withActions = services.filter(({ actions }) => Object.keys(actions).length > 0);
  if (withActions.length === 0) {
    const none = md`Nothing is set up that could be done. Whoever owns a service writes it into its file, under “actions”.`;
    return message(none, section(none));
  }
  const parts = withActions.slice(0, ROWS).map(({ title, name, actions }) => {
    const rows = Object.values(actions)
      .slice(0, ROWS)
      .map((one) => md`• ${actionLine(one)}`);
    return lines(md`*${oneLine(title || name, BUDGET.name)}*`, ...rows);
  });
  const how = md`To see the plan of one: ${COMMAND} run NAME SERVICE. Every run belongs to an open incident.`;
  return message(lines(...parts, how), ...parts.map((part) => section(part)), context(how));
}

/** Nothing is open that a run could belong to. People may be written as `<@U…>`. */
export function nothingOpenReply(words: string): Message {
  const text = lines(spoken(words), md`Every run belongs to an incident.`);
  return message(text, section(text, declareButton()));
}

export function declareButton(): Button {
  const { actionId, label } = links.declare;
  return { type: 'button', action_id: actionId, text: plain(label, LIMITS.buttonLabel) };
}

/** A run on its own, for one person: what it is, and the way to all of it. */
export function runReply(run: Run, isDrill: boolean, words: string): Message {
  const text = lines(headWords(run, isDrill), spoken(words));
  return message(text, section(text, runButton('details', run)));
}

/** Whether anything is done without being asked for, with the switch. */
export function autopilotReply(off: AutopilotOff): Message {
  const text = autopilotWords(off);
  const { actionId, label } = off === null ? autopilot.off : autopilot.on;
  const blocks: KnownBlock[] = [
    section(text, {
      ...{ type: 'button', action_id: actionId, text: plain(label, LIMITS.buttonLabel) },
      ...(off === null && { style: 'danger' }),
    }),
  ];
  return message(text, ...blocks);
}

/** The state of the autopilot in a sentence or two. */
export function autopilotWords(off: AutopilotOff): Mrkdwn {
  if (off === null) {
    return md`🤖 The autopilot is on: rules of the service files propose, and where they say so, run. To stop all of it: ${COMMAND} autopilot off`;
  }
  const why = oneLine(off.reason, BUDGET.line);
  return md`🛑 *The autopilot is off* since ${when(off.since)}, by ${mention(off.by)}${why === '' ? '' : `: “${why}”`}. Nothing is done without being asked for. To switch it on: ${COMMAND} autopilot on`;
}
