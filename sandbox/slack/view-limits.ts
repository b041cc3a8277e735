import { plain } from './block-elements.ts';
import { blockProblems } from './block-limits.ts';
import { isJson, objectsOf } from './json.ts';
import type { Problem } from './shape.ts';
import { anything, characters, fields, problem, yesOrNo } from './shape.ts';

const MAX_VIEW_BYTES = 250 * 1024;

const common = {
  private_metadata: characters(3000, 0),
  callback_id: characters(255, 0),
  external_id: characters(255, 0),
};

const VIEWS = {
  modal: fields(
    { type: anything, title: plain(24), blocks: anything },
    {
      ...common,
      submit: plain(24),
      close: plain(24),
      clear_on_close: yesOrNo,
      notify_on_close: yesOrNo,
      submit_disabled: yesOrNo,
    },
  ),
  home: fields({ type: anything, blocks: anything }, common),
};

/** What Slack would refuse in this view. Empty when all is well. https://docs.slack.dev/reference/views */
export function viewProblems(view: unknown, type: 'modal' | 'home'): Problem[] {
  if (!isJson(view)) return [problem('/view', 'must be an object')];
  if (view.type !== type) return [problem('/view/type', `must be ${type}`)];
  return [
    ...VIEWS[type](view, '/view'),
    ...blockProblems(view.blocks, type, '/view/blocks'),
    ...submitProblems(view.submit, view.blocks, type),
  ];
}

/** Whether the view is larger than Slack takes (`view_too_large`). */
export function isViewTooLarge(view: unknown): boolean {
  return Buffer.byteLength(JSON.stringify(view) ?? '') > MAX_VIEW_BYTES;
}

function submitProblems(submit: unknown, blocks: unknown, type: 'modal' | 'home'): Problem[] {
  const asks = objectsOf(blocks).some((block) => block.type === 'input');
  return type === 'modal' && asks && submit === undefined
    ? [problem('/view', 'missing required field: submit (a view with input blocks needs it)')]
    : [];
}
