import type { SandboxFault, SandboxRunning, SandboxSystem } from '../../api.ts';
import { useWorkspace } from '../context.ts';
import { remembered } from '../view/remembered.ts';

const STATES = {
  well: { icon: '✓', word: 'Well', look: 'ok' },
  failing: { icon: '▲', word: 'Failing', look: 'alarming' },
  recovering: { icon: '↻', word: 'Recovering', look: 'unknown' },
} as const;
const ALARMS_NAMED = 3;

/** The demo company's systems: how each is, what can be broken in it, and what to expect then. */
export const Systems = remembered(SystemList);

function SystemList({ systems }: { systems: readonly SandboxSystem[] }) {
  return (
    <div data-testid="systems">
      {systems.map((system, i) => (
        <OneSystem key={system.name} system={system} isFirst={i === 0} />
      ))}
    </div>
  );
}

const OneSystem = remembered(SystemPart);

function SystemPart({ system, isFirst }: { system: SandboxSystem; isFirst: boolean }) {
  const { name, title, state, running, alarms, faults } = system;
  const { icon, word, look } = STATES[state];
  return (
    <details open={isFirst} className="service system" data-testid={`system-${name}`}>
      <summary>
        <strong>{title}</strong>
        <span className={`chip ${look}`} data-testid={`system-${name}-state`}>
          <span aria-hidden="true">{icon}</span> {word}
        </span>
      </summary>
      {running.length > 0 && <Running parts={running} />}
      {alarms.length > 0 && <p className="alarm-words">{firingWords(alarms)}</p>}
      {faults.map((fault) => (
        <FaultRow key={fault.name} system={name} fault={fault} />
      ))}
    </details>
  );
}

/** What serves just now; what is being changed stands out. */
function Running({ parts }: { parts: readonly SandboxRunning[] }) {
  return (
    <dl className="running">
      {parts.map(({ what, now, isChanging }) => (
        <div key={what} className={isChanging ? 'changing' : undefined}>
          <dt>{what}</dt>
          <dd>{isChanging ? `↻ ${now}` : now}</dd>
        </div>
      ))}
    </dl>
  );
}

/** `sm-prod-5XX, prod-psi-high and 2 more fire` */
function firingWords(alarms: readonly string[]): string {
  const named = alarms.slice(0, ALARMS_NAMED).join(', ');
  const more = alarms.length > ALARMS_NAMED ? ` and ${alarms.length - ALARMS_NAMED} more` : '';
  return `${named}${more} ${alarms.length === 1 ? 'fires' : 'fire'}`;
}

/** One way in which something can fail, with the switch for it. */
export const FaultRow = remembered(FaultLine);

function FaultLine({ system, fault }: { system: string; fault: SandboxFault }) {
  const { act } = useWorkspace();
  const { name, title, expect, on } = fault;
  const deed = on ? 'Heal' : 'Break';
  return (
    <section className={on ? 'alarm fault on' : 'alarm fault'} aria-label={title}>
      <div className="alarm-head">
        <span className="alarm-name">{title}</span>
        <button
          type="button"
          className={on ? 'button small wise' : 'button small'}
          aria-label={`${deed}: ${title}`}
          data-testid={`fault-${system}-${name}`}
          onClick={() => void act({ type: 'fault', system, fault: name, on: !on })}
        >
          {deed}
        </button>
      </div>
      <p className="alarm-words">{expect}</p>
    </section>
  );
}
