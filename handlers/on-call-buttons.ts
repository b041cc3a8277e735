import type { App, BlockButtonAction } from '@slack/bolt';
import type { ModalView } from '@slack/types';
import type { Message } from '../blocks/kit.ts';
import { CONTACT_TITLE } from '../blocks/modals/contact.ts';
import { CALENDAR_TITLE } from '../blocks/on-call-calendar.ts';
import { type Result, reject } from '../src/domain/result.ts';
import {
  decodeRotationTarget,
  type OnCallLinkName,
  onCallLinks,
  onRotation,
  type RotationButtonName,
  type RotationTarget,
} from '../src/slack/protocol.ts';
import type { Asker } from './asker.ts';
import { type Click, clicked } from './clicks.ts';
import { forgetContact } from './contact.ts';
import type { HandlerDeps } from './deps.ts';
import { openForm, refillView } from './forms.ts';
import { guard } from './guard.ts';
import { fillCalendar, revokeCalendar } from './on-call-calendar.ts';
import { receive, takeCover, takeOverrideBack, withdrawCover } from './on-call-changes.ts';
import { fillOnCallForm, onCallTitles } from './on-call-forms.ts';

type Work = (deps: HandlerDeps, asker: Asker, target: RotationTarget) => Promise<Result<Message | null>>;

/** One line per button: forgetting one is a compile error. */
const does: { readonly [N in RotationButtonName]: Work } = {
  takeCover,
  withdrawCover,
  takeBack: takeOverrideBack,
  haveIt: receive,
};

interface Opens {
  readonly title: string;
  readonly fill: (deps: HandlerDeps, asker: Asker, channel: string | null) => Promise<Result<ModalView>>;
}

const opens: { readonly [N in OnCallLinkName]: Opens } = {
  override: { title: onCallTitles.override, fill: (deps, asker, channel) => blank(deps, asker, channel, 'override') },
  cover: { title: onCallTitles.cover, fill: (deps, asker, channel) => blank(deps, asker, channel, 'cover') },
  contact: { title: CONTACT_TITLE, fill: (deps, asker, channel) => blank(deps, asker, channel, 'contact') },
  forgetContact: { title: CONTACT_TITLE, fill: forgetContact },
  calendar: { title: CALENDAR_TITLE, fill: fillCalendar },
  revokeCalendar: { title: CALENDAR_TITLE, fill: revokeCalendar },
};

function blank(deps: HandlerDeps, asker: Asker, channel: string | null, verb: keyof typeof onCallTitles) {
  return fillOnCallForm(deps, { asker, channel }, { verb, text: '' });
}

/** Buttons about who is on call: in messages of channels, in lists, in App Home and in views that it opens. */
export function registerOnCall(app: App, deps: HandlerDeps): void {
  for (const name of Object.keys(does) as RotationButtonName[]) {
    const { actionId } = onRotation[name];
    app.action<BlockButtonAction>({ type: 'block_actions', action_id: actionId }, (click) =>
      press(deps, click, name, decodeRotationTarget(click.action.value)),
    );
  }
  for (const name of Object.keys(opens) as OnCallLinkName[]) {
    const { actionId } = onCallLinks[name];
    app.action<BlockButtonAction>({ type: 'block_actions', action_id: actionId }, (click) => open(deps, click, name));
  }
}

/** What it did shows where it was pressed; where that is not enough, it is said to whoever pressed. */
async function press(deps: HandlerDeps, click: Click, name: RotationButtonName, target: RotationTarget | null) {
  const exchange = clicked<Message | null>(deps, click, `oncall.${name}`, (message) => message);
  await guard(deps, exchange, async () => (target ? does[name](deps, exchange.asker, target) : unreadable()));
}

function unreadable(): Result<never> {
  return reject(
    'bad_input',
    'This belongs to an older version of Tocsin, which I cannot read any more.',
    'See who is on call: /incident oncall',
  );
}

/** Inside of a view that it belongs to, a button draws into it; elsewhere it opens one. */
async function open(deps: HandlerDeps, click: Click, name: OnCallLinkName): Promise<void> {
  const { asker, say } = clicked(deps, click, `oncall.${name}`);
  const { title, fill } = opens[name];
  const request = { kind: `oncall.${name}`, asker, say, client: click.client, title, ack: () => click.ack() };
  const filling = () => fill(deps, asker, click.body.channel?.id ?? null);
  const { view, trigger_id: triggerId } = click.body;
  if (view?.type === 'modal') await refillView(deps, request, view.id, filling);
  else await openForm(deps, { ...request, triggerId }, filling);
}
