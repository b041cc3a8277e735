import type { App } from '@slack/bolt';
import { describe, expect, it } from 'vitest';
import type { HandlerDeps } from '../../handlers/deps.ts';
import { registerHandlers } from '../../handlers/index.ts';
import { COMMAND } from '../../src/slack/grammar.ts';
import {
  buttons,
  followUps,
  letters,
  links,
  modals,
  onCallLinks,
  onRotation,
  overflow,
  retiredActionIds,
  shortcuts,
  sides,
  steps,
} from '../../src/slack/protocol.ts';
import { autopilot, offers, planActionId, runs } from '../../src/slack/protocol-runs.ts';

interface Listener {
  readonly on: string;
  readonly type: string | undefined;
  readonly id: string | RegExp;
}

/** What the handlers ask a Bolt app to listen to. */
function listeners(): Listener[] {
  const heard: Listener[] = [];
  const listen = (on: string) => (constraint: string | Record<string, string | RegExp>) => {
    const named = typeof constraint === 'string' ? { type: on, id: constraint } : constraint;
    const { type, action_id, callback_id, id } = named as Record<string, string | RegExp | undefined>;
    heard.push({ on, type: String(type), id: action_id ?? callback_id ?? id ?? '' });
  };
  const app = Object.fromEntries(['action', 'command', 'event', 'shortcut', 'view'].map((on) => [on, listen(on)]));
  registerHandlers(app as unknown as App, {} as HandlerDeps); // nothing is called while registering
  return heard;
}

function hearing(type: string, id: string): Listener[] {
  return listeners().filter((one) => one.type === type && (one.id instanceof RegExp ? one.id.test(id) : one.id === id));
}

const actionIds = [
  ...Object.values(buttons).map(({ actionId }) => actionId),
  ...Object.values(letters).map(({ actionId }) => actionId),
  ...Object.values(links).map(({ actionId }) => actionId),
  ...Object.values(sides).map(({ actionId }) => actionId),
  ...Object.values(steps).map(({ actionId }) => actionId),
  ...Object.values(onRotation).map(({ actionId }) => actionId),
  ...Object.values(onCallLinks).map(({ actionId }) => actionId),
  ...Object.values(followUps).map(({ actionId }) => actionId),
  ...Object.values(offers).map(({ actionId }) => actionId),
  ...Object.values(runs).map(({ actionId }) => actionId),
  ...Object.values(autopilot).map(({ actionId }) => actionId),
  overflow.actionId,
  ...retiredActionIds,
];
/** What an action asks for is in its service file. */
const forms = Object.values(modals).filter((one) => one.inputs.length > 0 || one === modals.askInputs);

describe('exactly one listener answers', () => {
  it.each([
    ...[
      ...actionIds,
      planActionId(1),
      planActionId(24),
      'run.planner',
      'run.plan-',
      'incident.unheard',
      'incidentXacknowledge',
      '',
    ].map((id) => ['block_actions', id] as const),
    ...forms.map(({ callbackId }) => ['view_submission', callbackId] as const),
    ['shortcut', shortcuts.declare.callbackId] as const,
    ['message_action', shortcuts.addMessage.callbackId] as const,
    ['command', COMMAND] as const,
    ['event', 'app_mention'] as const,
    ['event', 'app_home_opened'] as const,
  ])('%s “%s”', (type, id) => {
    const found = hearing(type, id);

    expect(found).toHaveLength(1);
  });

  it('and there is no listener for anything else', () => {
    const known = actionIds.length - retiredActionIds.length + forms.length + 5;
    const catchAll = 1;

    expect(listeners()).toHaveLength(known + catchAll);
  });
});
