import type { ModalView } from '@slack/types';
import { context, md, section, spoken } from '../kit.ts';
import { sheet } from './form.ts';

/** Stands while what is asked for is fetched: Slack lets a view be opened for three seconds only after a click. */
export function loadingView(title: string): ModalView {
  return sheet(title, context(md`⏳ One moment…`));
}

/** Says what is in the way, where a form or a list was expected. People may be written as `<@U…>`. */
export function problemView(title: string, text: string): ModalView {
  return sheet(title, section(spoken(text)));
}
