import type { SandboxHook } from '../../api.ts';
import { remembered } from '../view/remembered.ts';
import { ItemTime } from './box-item.tsx';

const SIGNATURES = {
  right: { icon: '✓', word: 'Signature is right', look: 'ok' },
  wrong: { icon: '▲', word: 'Signature is wrong', look: 'alarming' },
  missing: { icon: '▲', word: 'Not signed', look: 'alarming' },
} as const;

/** What came to the webhook receiver, and whether it was signed. */
export const Hooks = remembered(HooksView);

function HooksView({ hooks }: { hooks: readonly SandboxHook[] }) {
  return (
    <details className="service" open={hooks.length > 0} data-testid="hooks">
      <summary>
        <strong>Webhooks</strong>
        <span className="quiet">{hooks.length === 0 ? 'nothing has come' : `${hooks.length} received`}</span>
      </summary>
      {hooks.map((hook) => (
        <Hook key={hook.id} hook={hook} />
      ))}
      {hooks.length === 0 && (
        <p className="nothing quiet">
          Signed requests to <code>/hooks/…</code> of this sandbox show here.
        </p>
      )}
    </details>
  );
}

function Hook({ hook: { name, signature, status, body, at } }: { hook: SandboxHook }) {
  const { icon, word, look } = SIGNATURES[signature];
  return (
    <article className="box-item" data-testid="hook">
      <header className="box-item-head">
        <span className={`chip ${look}`}>
          <span aria-hidden="true">{icon}</span> {word}
        </span>
        <span className="kind">answered {status}</span>
        <ItemTime at={at} />
      </header>
      <details className="letter">
        <summary>
          <span className="letter-subject">/hooks/{name}</span>
        </summary>
        <pre className="hook-body">{body}</pre>
      </details>
    </article>
  );
}
