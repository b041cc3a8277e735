import { type ReactNode, useEffect, useRef } from 'react';
import { createPortal } from 'react-dom';

interface DialogProps {
  readonly className: string;
  readonly labelledBy: string;
  readonly testId: string;
  readonly onEscape: () => void;
  readonly children: ReactNode;
}

/** A modal dialog of the browser's own kind: it keeps the focus inside, gives it back at the end and knows Escape. */
export function Dialog({ className, labelledBy, testId, onEscape, children }: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null);

  useEffect(() => {
    const dialog = ref.current;
    const before = document.activeElement;
    if (!dialog?.open) dialog?.showModal();
    return () => {
      dialog?.close();
      if (before instanceof HTMLElement) before.focus({ preventScroll: true });
    };
  }, []);

  return createPortal(
    <dialog
      ref={ref}
      className={`dialog ${className}`}
      aria-labelledby={labelledBy}
      data-testid={testId}
      onCancel={(event) => {
        if (event.target !== event.currentTarget) return;
        event.preventDefault();
        onEscape();
      }}
    >
      {children}
    </dialog>,
    document.body,
  );
}
