import type { Button, KnownBlock } from '@slack/types';
import type { AutopilotOff, Serving } from '../src/app/actions.ts';
import type { Incident } from '../src/domain/incident.ts';
import type { Run } from '../src/domain/run.ts';
import { autopilot } from '../src/slack/protocol-runs.ts';
import { servingBanner, servingWords } from './fallback-words.ts';
import { oneLine } from './foreign-text.ts';
import { actions, context, header, lines, type Mrkdwn, md, mention, plain, present, section, when } from './kit.ts';
import { BUDGET, LIMITS } from './limits.ts';
import { runButton } from './run-buttons.ts';
import { brokenGlass, runLine, runsUnderWay } from './run-words.ts';

/** What serves or is switched off beside single incidents. */
export interface Acts {
  /** Fallbacks that serve. */
  readonly serving: readonly Serving[];
  /** `null`: the autopilot is on. */
  readonly autopilotOff: AutopilotOff;
}

export const NO_ACTS: Acts = { serving: [], autopilotOff: null };

/** Each run takes two blocks, each fallback one. */
const RUNS_SHOWN = 8;
const SERVING_SHOWN = 5;

/** Runs that wait or go on, what only serves for now, and an autopilot that is off. Empty when there is none of it. */
export function actsHome(incidents: readonly Incident[], { serving, autopilotOff }: Acts): KnownBlock[] {
  const open = incidents.flatMap((incident) => runsUnderWay(incident).map((run) => ({ incident, run })));
  const runs = open.toSorted((a, b) => Number(b.run.state === 'planned') - Number(a.run.state === 'planned'));
  const hidden = Math.max(0, runs.length - RUNS_SHOWN) + Math.max(0, serving.length - SERVING_SHOWN);
  const blocks = present<KnownBlock>([
    autopilotOff && section(autopilotWords(autopilotOff), autopilotOn()),
    ...serving.slice(0, SERVING_SHOWN).map((one) => servingBanner([one])),
    ...runs.slice(0, RUNS_SHOWN).flatMap(({ incident, run }) => runBlocks(incident, run)),
    hidden > 0 ? context(md`and ${hidden.toLocaleString('en-US')} more, on the cards of their incidents`) : null,
  ]);
  return blocks.length === 0 ? [] : [header('Actions'), ...blocks];
}

/** The same in words, for a list. `null`: there is none of it. */
export function actsWords({ serving, autopilotOff }: Acts): Mrkdwn | null {
  const words = lines(
    autopilotOff && autopilotWords(autopilotOff),
    ...serving.slice(0, SERVING_SHOWN).map(servingWords),
  );
  return words.text === '' ? null : words;
}

function runBlocks({ drill }: Incident, run: Run): (KnownBlock | null)[] {
  const words = lines(runLine(run, drill), brokenGlass(run));
  const details = runButton('details', run);
  if (run.state !== 'planned') return [section(words, details)];
  return [
    section(words),
    { ...actions(runButton('approve', run), runButton('reject', run), details), block_id: `home:${run.id}` },
  ];
}

function autopilotWords({ by, since, reason }: NonNullable<AutopilotOff>): Mrkdwn {
  const why = oneLine(reason, BUDGET.line);
  return md`🛑 *The autopilot is off*, since ${when(since)}, by ${mention(by)}${why === '' ? '' : `: “${why}”`}. Nothing is done by itself.`;
}

function autopilotOn(): Button {
  const { actionId, label } = autopilot.on;
  return { type: 'button', action_id: actionId, text: plain(label, LIMITS.buttonLabel) };
}
