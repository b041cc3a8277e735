import type { SandboxPagerDutyIncident } from '../../api.ts';
import { remembered } from '../view/remembered.ts';
import { ItemTime } from './box-item.tsx';

const STATES = {
  triggered: { icon: '▲', word: 'Triggered', look: 'alarming' },
  acknowledged: { icon: '●', word: 'Acknowledged', look: 'unknown' },
  resolved: { icon: '✓', word: 'Resolved', look: 'ok' },
} as const;

/** What PagerDuty made of the events that it got. */
export const PagerDuty = remembered(PagerDutyView);

function PagerDutyView({ incidents }: { incidents: readonly SandboxPagerDutyIncident[] }) {
  const open = incidents.filter(({ state }) => state !== 'resolved').length;
  return (
    <details className="service" open={incidents.length > 0} data-testid="pagerduty">
      <summary>
        <strong>PagerDuty</strong>
        <span className="quiet">{open === 0 ? 'nothing open' : `${open} open`}</span>
      </summary>
      {incidents.map((incident) => (
        <Incident key={incident.id} incident={incident} />
      ))}
      {incidents.length === 0 && <p className="nothing quiet">Events that are sent to its Events API v2 show here.</p>}
    </details>
  );
}

function Incident({ incident }: { incident: SandboxPagerDutyIncident }) {
  const { summary, severity, state, source, dedupKey, events, keyEnd, changedAt } = incident;
  const { icon, word, look } = STATES[state];
  return (
    <article className="box-item" data-testid="pagerduty-incident">
      <header className="box-item-head">
        <span className={`chip ${look}`}>
          <span aria-hidden="true">{icon}</span> {word}
        </span>
        <span className="kind">{severity}</span>
        <ItemTime at={changedAt} />
      </header>
      <p className="box-title">{summary}</p>
      <p className="alarm-words">
        {source} · {events === 1 ? '1 event' : `${events} events`} · key …{keyEnd} · <code>{dedupKey}</code>
      </p>
    </article>
  );
}
