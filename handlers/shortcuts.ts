import type { App, GlobalShortcut, MessageShortcut } from '@slack/bolt';
import type { Message } from '../blocks/kit.ts';
import { shortcuts } from '../src/slack/protocol.ts';
import { ADD_MESSAGE_TITLE, fillAddMessage } from './add-message.ts';
import { askerOf } from './asker.ts';
import { DECLARE_TITLE, fillDeclare } from './declare.ts';
import type { HandlerDeps } from './deps.ts';
import { openForm } from './forms.ts';
import { say } from './say.ts';

export function registerShortcuts(app: App, deps: HandlerDeps): void {
  const { declare, addMessage } = shortcuts;
  app.shortcut<GlobalShortcut>({ type: 'shortcut', callback_id: declare.callbackId }, async ({ ack, body, client }) => {
    const asker = askerOf(body);
    const request = {
      ...{ kind: 'shortcut.declare', asker, client, triggerId: body.trigger_id, title: DECLARE_TITLE },
      ack: () => ack(),
      say: (message: Message) => say(deps, { client, user: asker.user, channel: null }, message),
    };
    await openForm(deps, request, () => fillDeclare(deps, { channel: null, title: '' }));
  });

  app.shortcut<MessageShortcut>(
    { type: 'message_action', callback_id: addMessage.callbackId },
    async ({ ack, body, client, respond }) => {
      const asker = askerOf(body);
      const place = { client, respond, user: asker.user, channel: body.channel.id };
      const request = {
        ...{ kind: 'shortcut.addMessage', asker, client, triggerId: body.trigger_id, title: ADD_MESSAGE_TITLE },
        ack: () => ack(),
        say: (message: Message) => say(deps, place, message),
      };
      await openForm(deps, request, () => fillAddMessage(deps, asker, body, client));
    },
  );
}
