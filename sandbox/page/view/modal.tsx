import { type FormEvent, useId, useState } from 'react';
import type { SandboxView } from '../../api.ts';
import { Blocks } from '../blocks/block.tsx';
import { plainText } from '../blocks/text.tsx';
import { SurfaceProvider, useWorkspace } from '../context.ts';
import { Dialog } from './dialog.tsx';
import { useViewForm } from './surface.ts';

/** All open modals of the person, the newest on top. */
export function Modals({ views }: { views: readonly SandboxView[] }) {
  return views.map((view, i) => <Modal key={view.id} view={view} isTop={i === views.length - 1} />);
}

function Modal({ view, isTop }: { view: SandboxView; isTop: boolean }) {
  const { act, app } = useWorkspace();
  const { surface, submission } = useViewForm(view);
  const [pending, setPending] = useState(false);
  const [refusal, setRefusal] = useState('');
  const titleId = useId();
  const close = () => void act({ type: 'close', viewId: view.id });

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const values = submission();
    if (pending || !values) return;
    setPending(true);
    const { ok, error } = await act({ type: 'submit', viewId: view.id, values });
    setPending(false);
    setRefusal(ok ? '' : (error ?? 'We had some trouble connecting. Try again?'));
  };

  return (
    <Dialog className="modal" labelledBy={titleId} testId={isTop ? 'modal' : 'modal-under'} onEscape={close}>
      <form onSubmit={(event) => void submit(event)} noValidate aria-busy={pending}>
        <header>
          <h2 id={titleId}>{plainText(view.title)}</h2>
          <small>{app.name}</small>
          <button type="button" className="button icon plain" aria-label="Close" onClick={close}>
            ✕
          </button>
        </header>
        <div className="modal-body">
          {refusal && (
            <p className="refusal" role="alert">
              {refusal}
            </p>
          )}
          <fieldset disabled={pending}>
            <SurfaceProvider value={surface}>
              <Blocks blocks={view.blocks} />
            </SurfaceProvider>
          </fieldset>
        </div>
        <ModalFooter view={view} pending={pending} onClose={close} />
      </form>
    </Dialog>
  );
}

interface FooterProps {
  readonly view: SandboxView;
  readonly pending: boolean;
  readonly onClose: () => void;
}

function ModalFooter({ view, pending, onClose }: FooterProps) {
  return (
    <footer>
      <button type="button" className="button" onClick={onClose} data-testid="modal-close">
        {plainText(view.close) || 'Close'}
      </button>
      {view.submit && (
        <button type="submit" className="button primary" aria-busy={pending} data-testid="modal-submit">
          {plainText(view.submit)}
        </button>
      )}
    </footer>
  );
}
