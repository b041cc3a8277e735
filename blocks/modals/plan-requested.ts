import type { ModalView } from '@slack/types';
import type { Incident } from '../../src/domain/incident.ts';
import { isUnderWay, type Run } from '../../src/domain/run.ts';
import { actions, lines, link, type Mrkdwn, md, section, spoken, when } from '../kit.ts';
import { runButton } from '../run-buttons.ts';
import { headWords } from '../run-words.ts';
import { about } from './changes.ts';
import { sheet } from './form.ts';

/** Says what came of a decision, and where to follow it. `card` is where the incident's card is, if it is known. */
export function requestedView(incident: Incident, run: Run, card: string | null): ModalView {
  return sheet(
    `Run ${run.id}`,
    about(incident),
    section(lines(headWords(run, incident.drill), nextWords(run))),
    card === null ? null : section(md`How far it is shows on ${link('the card', card)}.`),
    actions(runButton('details', run)),
  );
}

function nextWords(run: Run): Mrkdwn {
  if (run.state === 'planned')
    return md`👉 Somebody else must approve it by ${when(run.plan.expiresAt)}, with the button on the card.`;
  if (!isUnderWay(run)) return spoken(run.why);
  return run.verify === null ? md`It begins now.` : md`It begins now. Afterwards it is measured whether it helped.`;
}
