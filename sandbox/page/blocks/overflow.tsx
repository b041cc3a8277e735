import { useState } from 'react';
import { useSurface } from '../context.ts';
import { safeUrl } from '../text/mrkdwn.ts';
import { Menu } from '../view/menu.tsx';
import { ConfirmDialog } from './confirm.tsx';
import type { ElementProps } from './element.tsx';
import { type Json, objectAt, objectsAt, stringAt, textAt } from './json.ts';
import { plainText } from './text.tsx';

/** The “…” of a card. */
export function Overflow({ element, blockId }: ElementProps) {
  const surface = useSurface();
  const [asking, setAsking] = useState<Json | null>(null);
  const confirm = objectAt(element, 'confirm');

  const choose = (option: Json) => {
    setAsking(null);
    const url = safeUrl(stringAt(option, 'url'));
    if (url) window.open(url, '_blank', 'noopener,noreferrer');
    void surface.use(blockId, stringAt(element, 'action_id'), { type: 'overflow', selected_option: option });
  };
  const items = objectsAt(element, 'options').map((option) => ({
    key: stringAt(option, 'value'),
    label: plainText(textAt(option, 'text')),
    detail: plainText(textAt(option, 'description')),
    choose: () => (confirm ? setAsking(option) : choose(option)),
  }));

  return (
    <>
      <Menu label="More options" className="button icon" items={items}>
        ⋯
      </Menu>
      {asking && confirm && (
        <ConfirmDialog confirm={confirm} onConfirm={() => choose(asking)} onDeny={() => setAsking(null)} />
      )}
    </>
  );
}
