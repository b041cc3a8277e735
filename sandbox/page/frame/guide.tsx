import type { ReactNode } from 'react';
import { useWorkspace } from '../context.ts';
import type { GuideProgress } from './progress.ts';

interface GuideProps {
  readonly progress: GuideProgress;
  /** Whether the five systems run: they say more than an alarm by hand. */
  readonly hasSystems: boolean;
  readonly showAlarms: () => void;
  readonly hide: () => void;
}

/** Three steps for somebody who is here for the first time; each is ticked when it has been done. */
export function Guide({ progress, hasSystems, showAlarms, hide }: GuideProps) {
  const { app } = useWorkspace();
  const { fired, acknowledged, measured } = progress;
  const next = [fired, acknowledged, measured].indexOf(false);
  return (
    <section className="guide" aria-label="First steps" data-testid="guide">
      <p className="guide-title">
        {next < 0 ? (
          <>
            That is the whole loop. Now break another system, acknowledge nothing, and let time pass: the next ones are
            paged.
          </>
        ) : (
          <>
            <strong>New here?</strong> See {app.name} work in a minute:
          </>
        )}
      </p>
      {next >= 0 && (
        <ol>
          <Step number={1} done={fired} next={next === 0}>
            <button type="button" className="linklike" onClick={showAlarms}>
              {hasSystems ? 'Break a system' : 'Fire an alarm'}
            </button>{' '}
            and watch its card appear
          </Step>
          <Step number={2} done={acknowledged} next={next === 1}>
            Press <strong>Acknowledge</strong> on the card
          </Step>
          <Step number={3} done={measured} next={next === 2}>
            {hasSystems && (
              <>
                <strong>Propose</strong> what mends it, let it run and be measured;{' '}
              </>
            )}
            <strong>Resolve</strong> with a note, then write <code>/incident stats</code>
          </Step>
        </ol>
      )}
      <button type="button" className="button icon plain" aria-label="Hide first steps" onClick={hide}>
        ✕
      </button>
    </section>
  );
}

interface StepProps {
  readonly number: number;
  readonly done: boolean;
  readonly next: boolean;
  readonly children: ReactNode;
}

function Step({ number, done, next, children }: StepProps) {
  return (
    <li className={done ? 'done' : ''} aria-current={next ? 'step' : undefined}>
      <span className="step-mark" role="img" aria-label={done ? `Step ${number}, done` : `Step ${number}`}>
        {done ? '✓' : number}
      </span>
      <span>{children}</span>
    </li>
  );
}
