import { useId } from 'react';
import { Dialog } from '../view/dialog.tsx';
import { type Json, objectAt, stringAt, textAt } from './json.ts';
import { plainText, TextObject } from './text.tsx';

interface ConfirmProps {
  readonly confirm: Json;
  readonly onConfirm: () => void;
  readonly onDeny: () => void;
}

/** The question that a `confirm` object asks. Escape and the first button mean no. */
export function ConfirmDialog({ confirm, onConfirm, onDeny }: ConfirmProps) {
  const titleId = useId();
  const text = objectAt(confirm, 'text');
  return (
    <Dialog className="confirm" labelledBy={titleId} onEscape={onDeny} testId="confirm">
      <h2 id={titleId}>{plainText(textAt(confirm, 'title'))}</h2>
      {text && <TextObject text={text} />}
      <footer>
        <button type="button" className="button" onClick={onDeny}>
          {plainText(textAt(confirm, 'deny')) || 'Cancel'}
        </button>
        <button
          type="button"
          className={`button ${stringAt(confirm, 'style') === 'danger' ? 'danger' : 'primary'}`}
          onClick={onConfirm}
        >
          {plainText(textAt(confirm, 'confirm')) || 'Yes'}
        </button>
      </footer>
    </Dialog>
  );
}
