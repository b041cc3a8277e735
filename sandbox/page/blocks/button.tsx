import { useState } from 'react';
import { useSurface } from '../context.ts';
import { safeUrl } from '../text/mrkdwn.ts';
import { ConfirmDialog } from './confirm.tsx';
import type { ElementProps } from './element.tsx';
import { objectAt, stringAt, textAt } from './json.ts';
import { plainText } from './text.tsx';

/** A block's button: asks first when it has a `confirm`, and is marked busy until the app has answered. */
export function BlockButton({ element, blockId }: ElementProps) {
  const surface = useSurface();
  const [pending, setPending] = useState(0);
  const [asking, setAsking] = useState(false);
  const confirm = objectAt(element, 'confirm');
  const style = stringAt(element, 'style');

  const press = () => {
    setAsking(false);
    openUrl(stringAt(element, 'url'));
    setPending((count) => count + 1);
    const { type, text, value, style: look } = element;
    const part = { type, text, ...(value !== undefined && { value }), ...(look !== undefined && { style: look }) };
    void surface.use(blockId, stringAt(element, 'action_id'), part).finally(() => setPending((count) => count - 1));
  };

  return (
    <>
      <button
        type="button"
        className={`button ${style}`}
        aria-busy={pending > 0}
        aria-label={stringAt(element, 'accessibility_label') || undefined}
        onClick={confirm ? () => setAsking(true) : press}
      >
        {plainText(textAt(element, 'text'))}
      </button>
      {asking && confirm && <ConfirmDialog confirm={confirm} onConfirm={press} onDeny={() => setAsking(false)} />}
    </>
  );
}

function openUrl(url: string): void {
  if (safeUrl(url)) window.open(url, '_blank', 'noopener,noreferrer');
}
