import type { ActionsBlock, Button, ModalView } from '@slack/types';
import type { Incident } from '../../src/domain/incident.ts';
import type { Runbook } from '../../src/domain/runbook.ts';
import { encodeMeta, encodeTarget, modals, type SideName, sides } from '../../src/slack/protocol.ts';
import { lookOf, placeOf, titleOf } from '../incident-words.ts';
import { actions, lines, md, plain, section } from '../kit.ts';
import { LIMITS } from '../limits.ts';

/** What can be looked at besides. */
export interface SidesOf {
  readonly incident: Incident;
  readonly runbook: Runbook | null;
}

/** Says which incident a view is about. */
export function about(incident: Incident) {
  const { icon, word } = lookOf(incident);
  return section(lines(md`*${incident.severity} · ${placeOf(incident)}*`, titleOf(incident), md`${icon} ${word}`));
}

/** The ways to the other sides of an incident: only to those that have something to show. */
export function otherSides({ incident, runbook }: SidesOf, here: SideName): ActionsBlock | null {
  const there: Readonly<Record<SideName, boolean>> = {
    timeline: true,
    evidence: incident.evidence !== null,
    runbook: (runbook?.steps.length ?? 0) > 0,
    escalation: incident.escalation !== null,
  };
  const names = (Object.keys(sides) as SideName[]).filter((name) => name !== here && there[name]); // of a literal object
  return names.length === 0 ? null : actions(...names.map((name) => sideButton(name, incident)));
}

function sideButton(name: SideName, { id, version }: Incident): Button {
  const { actionId, label } = sides[name];
  return {
    type: 'button',
    action_id: actionId,
    text: plain(label, LIMITS.buttonLabel),
    value: encodeTarget({ incident: id, seen: version }),
    accessibility_label: `${label} ${id}`,
  };
}

/** A view that only shows one side of an incident, and says to Slack and to us which. */
export function asSide(view: ModalView, side: SideName, { id, version }: Incident): ModalView {
  const meta = encodeMeta(side, { incident: id, seen: version });
  return { ...view, callback_id: modals[side].callbackId, private_metadata: meta };
}
