import type { SandboxAlarm, SandboxSystem } from '../../api.ts';
import { useWorkspace } from '../context.ts';
import { remembered } from '../view/remembered.ts';
import { Systems } from './systems.tsx';

const STORM = 200;
const STATES = {
  OK: { icon: '✓', word: 'OK', look: 'ok' },
  ALARM: { icon: '▲', word: 'Alarm', look: 'alarming' },
  INSUFFICIENT_DATA: { icon: '?', word: 'No data', look: 'unknown' },
} as const;
const DEEDS = [
  { deed: 'fire', label: 'Fire' },
  { deed: 'recover', label: 'Recover' },
  { deed: 'repeat', label: 'Repeat' },
  { deed: 'no-data', label: 'No data' },
] as const;

interface AlarmsProps {
  readonly alarms: readonly SandboxAlarm[];
  /** None when they do not run: then alarms are fired by hand only. */
  readonly systems: readonly SandboxSystem[];
}

/** The systems to break and heal, then the demo services' alarms, as CloudWatch holds them, and the levers that move them. */
export const Alarms = remembered(AlarmPanel);

function AlarmPanel({ alarms, systems }: AlarmsProps) {
  const { act } = useWorkspace();
  const services = Map.groupBy(alarms, ({ service }) => service);
  return (
    <>
      <div className="beside-list">
        <Systems systems={systems} />
        {systems.length > 0 && <h3 className="by-hand">Alarms by hand</h3>}
        {[...services].map(([service, some]) => (
          <Service key={service} name={service} alarms={some} isOpen={systems.length === 0} />
        ))}
        {alarms.length === 0 && <p className="quiet">No alarms yet: the demo services are starting.</p>}
      </div>
      <footer className="storm">
        <button
          type="button"
          className="button danger"
          data-testid="storm"
          onClick={() => void act({ type: 'storm', alarms: STORM })}
        >
          Storm: {STORM} alarms
        </button>
        <span className="quiet">all at once</span>
      </footer>
    </>
  );
}

function Service({ name, alarms, isOpen }: { name: string; alarms: readonly SandboxAlarm[]; isOpen: boolean }) {
  const alarming = alarms.filter(({ state }) => state === 'ALARM').length;
  return (
    <details open={isOpen} className="service">
      <summary>
        <strong>{name}</strong>
        <span className="quiet">
          {alarming > 0 ? `${alarming} of ${alarms.length} in alarm` : `${alarms.length} OK`}
        </span>
      </summary>
      {alarms.map((alarm) => (
        <AlarmRow key={alarm.name} alarm={alarm} />
      ))}
    </details>
  );
}

const AlarmRow = remembered(AlarmLine);

function AlarmLine({ alarm }: { alarm: SandboxAlarm }) {
  const { act } = useWorkspace();
  const { icon, word, look } = STATES[alarm.state];
  const wise = alarm.state === 'ALARM' ? 'recover' : 'fire';
  return (
    <section className="alarm" aria-label={alarm.name} data-testid={`alarm-${alarm.name}`}>
      <div className="alarm-head">
        <span className="alarm-name">{alarm.name}</span>
        <span className={`chip ${look}`} data-testid={`alarm-${alarm.name}-state`}>
          <span aria-hidden="true">{icon}</span> {word}
        </span>
      </div>
      <p className="alarm-words">
        {alarm.description} {alarm.kind !== 'metric' && <span className="kind">{alarm.kind}</span>}
      </p>
      <div className="alarm-deeds">
        {DEEDS.map(({ deed, label }) => (
          <button
            key={deed}
            type="button"
            className={deed === wise ? 'button small wise' : 'button small'}
            aria-label={`${label} ${alarm.name}`}
            data-testid={`alarm-${alarm.name}-${deed}`}
            onClick={() => void act({ type: 'alarm', name: alarm.name, do: deed })}
          >
            {label}
          </button>
        ))}
      </div>
    </section>
  );
}
