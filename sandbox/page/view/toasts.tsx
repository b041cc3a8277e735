import { useEffect, useState } from 'react';

const SHOWN_MS = 8000;

export interface Toast {
  readonly id: string;
  readonly text: string;
}

/** Short words at the edge of the page, each shown once and then gone by itself. */
export function Toasts({ toasts }: { toasts: readonly Toast[] }) {
  const [gone, setGone] = useState<ReadonlySet<string>>(new Set());
  const dismiss = (id: string) => setGone((ids) => new Set([...ids, id]));
  const shown = toasts.filter(({ id }) => !gone.has(id)).slice(-4);
  return (
    <div className="toasts" role="status" aria-live="polite">
      {shown.map((toast) => (
        <ToastView key={toast.id} toast={toast} dismiss={dismiss} />
      ))}
    </div>
  );
}

function ToastView({ toast, dismiss }: { toast: Toast; dismiss: (id: string) => void }) {
  // The newest `dismiss` does the same as the first; only the id decides when the time starts.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  useEffect(() => {
    const timer = setTimeout(() => dismiss(toast.id), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [toast.id]);
  return (
    <div className="toast" data-testid="toast">
      <span>{toast.text}</span>
      <button type="button" className="button icon plain" aria-label="Dismiss" onClick={() => dismiss(toast.id)}>
        ✕
      </button>
    </div>
  );
}
