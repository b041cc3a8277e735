import type { ModalView } from '@slack/types';
import type { Incident } from '../../src/domain/incident.ts';
import { isUnderWay, type Run } from '../../src/domain/run.ts';
import { actions, lines, link, md, section, spoken } from '../kit.ts';
import { runButton } from '../run-buttons.ts';
import { headWords } from '../run-words.ts';
import { about } from './changes.ts';
import { sheet } from './form.ts';

/** Says what came of a decision, and where to follow it. `card` is where the incident's card is, if it is known. */
export function requestedView(incident: Incident, run: Run, card: string | null): ModalView {
  return sheet(
    `Run ${run.id}`,
    about(incident),
    section(lines(headWords(run, incident.drill), spoken(nextWords(run)))),
    card === null ? null : section(md`How far it is shows on ${link('the card', card)}.`),
    actions(runButton('details', run)),
  );
}

function nextWords(run: Run): string {
  if (run.state === 'planned') return 'Somebody else must approve it: with the button on the card.';
  if (!isUnderWay(run)) return run.why;
  return run.verify === null ? 'It begins now.' : 'It begins now, and it is measured afterwards whether it helped.';
}
