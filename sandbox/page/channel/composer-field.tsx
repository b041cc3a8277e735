import { type KeyboardEvent, useId, useRef, useState } from 'react';
import type { Completion } from './completions.ts';

interface FieldProps {
  readonly label: string;
  readonly testId: string;
  readonly typed: string;
  readonly completions: readonly Completion[];
  readonly onType: (text: string, caret: number) => void;
  readonly onTake: (text: string) => void;
  readonly onSend: () => void;
}

/** The text box of a composer, with its list of offers (arrows, Tab or Enter, Escape). */
export function ComposerField({ label, testId, typed, completions, onType, onTake, onSend }: FieldProps) {
  const listId = useId();
  const box = useRef<HTMLTextAreaElement>(null);
  const [at, setAt] = useState(0);
  const [dismissed, setDismissed] = useState('');
  const offers = dismissed === typed ? [] : completions;
  const current = offers[Math.min(at, offers.length - 1)];

  const takeOffer = (offer: Completion) => {
    onTake(offer.text);
    setAt(0);
    box.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const meaning = keyMeaning(event, typed, current);
    if (!meaning) return;
    event.preventDefault();
    event.stopPropagation();
    if (meaning === 'send') return onSend();
    if (meaning === 'dismiss') return setDismissed(typed);
    if (meaning === 'take') return current && takeOffer(current);
    return setAt((at + (meaning === 'next' ? 1 : offers.length - 1)) % offers.length);
  };

  return (
    <>
      {current && <Offers id={listId} offers={offers} current={current} onTake={takeOffer} />}
      <textarea
        ref={box}
        rows={1}
        value={typed}
        role="combobox"
        aria-label={label}
        aria-autocomplete="list"
        aria-expanded={current !== undefined}
        aria-controls={listId}
        aria-activedescendant={current && `${listId}-${current.key}`}
        placeholder={label}
        data-testid={testId}
        onKeyDown={onKeyDown}
        onChange={({ target }) => onType(target.value, target.selectionStart)}
      />
    </>
  );
}

type Meaning = 'send' | 'take' | 'dismiss' | 'next' | 'previous';

const OFFER_KEYS: Readonly<Record<string, Meaning>> = {
  ArrowDown: 'next',
  ArrowUp: 'previous',
  Tab: 'take',
  Enter: 'take',
  Escape: 'dismiss',
};

/** What a key does; `null` is the text box's own business. A command that is already written out is sent, not completed. */
function keyMeaning(event: KeyboardEvent, typed: string, current: Completion | undefined): Meaning | null {
  const { key, shiftKey, nativeEvent } = event;
  if (nativeEvent.isComposing || shiftKey) return null;
  const complete = key === 'Enter' && current?.text.trim() === typed.trim();
  if (current && !complete) return OFFER_KEYS[key] ?? null;
  return key === 'Enter' ? 'send' : null;
}

interface OffersProps {
  readonly id: string;
  readonly offers: readonly Completion[];
  readonly current: Completion;
  readonly onTake: (offer: Completion) => void;
}

function Offers({ id, offers, current, onTake }: OffersProps) {
  return (
    <div className="offers" id={id} role="listbox" aria-label="Suggestions">
      {offers.map((offer) => (
        <div
          key={offer.key}
          id={`${id}-${offer.key}`}
          role="option"
          tabIndex={-1}
          aria-selected={offer.key === current.key}
          onPointerDown={(event) => {
            event.preventDefault();
            onTake(offer);
          }}
        >
          <strong>{offer.label}</strong>
          {offer.detail && <small>{offer.detail}</small>}
        </div>
      ))}
    </div>
  );
}
