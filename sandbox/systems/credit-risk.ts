import type { FastifyInstance } from 'fastify';
import { chance, daily } from './course.ts';
import type { CreditStack } from './credit-stack.ts';
import { createCreditStack } from './credit-stack.ts';
import type { FaultDefinition, Faults } from './faults.ts';
import { createFaults } from './faults.ts';
import { createOutbox } from './outbox.ts';
import type { System } from './system.ts';
import type { SystemWorld } from './system-world.ts';

const CREDIT_FAULTS: readonly FaultDefinition[] = [
  {
    name: 'drift-the-features',
    title: 'Drift the features',
    expect:
      'The drift report says that 57 % of the features drift: P1 of class drift, with the question whether to retrain. A retraining ends it.',
  },
  {
    name: 'api-down',
    title: 'Stop the API',
    expect:
      'Users get no predictions: P0 in #credit-risk-alerts, with the restart in the checklist. A restart ends it.',
  },
  {
    name: 'mlflow-is-down',
    title: 'MLflow is down',
    expect: 'P2 of class system; the card could not tell which model serves. A restart ends it.',
  },
  {
    name: 'monitoring-is-down',
    title: 'Stop the monitoring job',
    expect: 'P2 of class system: no drift report would come. Starting it again ends it.',
  },
  {
    name: 'promote-v8',
    title: 'Promote v8 (a worse model)',
    expect:
      'F1 is 12 % below its baseline: P1 of class model quality, and the release is on the card. A rollback by two people ends it.',
  },
  {
    name: 'retraining-fails',
    title: 'Let retraining fail',
    expect: 'The evaluation gate says no and the DAG fails: P2 of class pipeline. A run that succeeds ends it.',
  },
];

type Event = Readonly<Record<string, unknown>>;

/** What the system posts when a fault comes and goes. A report has no state of its own: its value is judged. */
const EVENTS: Readonly<Record<string, (on: boolean) => readonly Event[]>> = {
  'drift-the-features': (on) => [
    {
      kind: 'report',
      name: 'credit-risk-drift-report',
      value: on ? 57 : 12,
      unit: 'Percent',
      summary: on
        ? '8 of 14 features drift: income, debt_ratio, age and 5 more'
        : '2 of 14 features drift: age, tenure',
    },
  ],
  'api-down': (on) => [alert('credit-risk-api-down', on, { summary: 'GET /health: connection refused', metric: 'up' })],
  'mlflow-is-down': (on) => [alert('credit-risk-mlflow-down', on, { summary: 'MLflow does not answer at :5000' })],
  'monitoring-is-down': (on) => [
    alert('credit-risk-monitoring-down', on, { summary: 'The monitoring job does not run' }),
  ],
  'promote-v8': (on) => [
    {
      kind: 'change',
      name: 'credit-risk-model',
      change: 'model',
      summary: on
        ? 'Version 8 of credit-risk-model went to Production'
        : 'Version 7 of credit-risk-model went to Production again',
      by: 'airflow',
    },
    alert('credit-risk-f1', on, {
      value: on ? 0.71 : 0.81,
      baseline: 0.81,
      annotations: { baseline: '0.81' },
      metric: 'f1',
    }),
  ],
  'retraining-fails': (on) => [
    alert('credit-risk-retraining-failed', on, {
      summary: on
        ? 'DAG retraining_pipeline failed in evaluate: the evaluation gate rejected the model'
        : 'DAG retraining_pipeline succeeded',
    }),
  ],
};

function alert(name: string, on: boolean, more: Event): Event {
  return { kind: 'alert', name, status: on ? 'firing' : 'resolved', ...more };
}

/** Credit risk: it posts what its own jobs find, and serves its API and an MLflow. */
export function creditRisk({ now, eventsWebhook }: SystemWorld): System {
  const faults = createFaults(CREDIT_FAULTS, now);
  const stack = createCreditStack(now);
  stack.follow(faults);
  const outbox = createOutbox(eventsWebhook);
  outbox.add(report(now()));
  let last = now();
  faults.onSwitch((name, on) => {
    const at = new Date(now()).toISOString();
    const sent = EVENTS[name]?.(on) ?? [];
    for (const [i, event] of sent.entries()) {
      const id = `credit-risk/${name}/${at}/${i}`;
      outbox.add({ id, at, environment: 'prod', service: 'credit-risk', ...event });
    }
  });

  return {
    name: 'credit-risk',
    title: 'Credit risk',
    faults,
    running: stack.running,
    firing: () => CREDIT_FAULTS.filter(({ name }) => faults.isOn(name)).flatMap(({ name }) => alertNames(name)),
    tick: async (at) => {
      // The normal report of the day, so that its silence would be noticed.
      if (Math.floor(at / REPORT_MS) !== Math.floor(last / REPORT_MS) && !faults.isOn('drift-the-features'))
        outbox.add(report(at));
      last = at;
      return await outbox.send();
    },
    routes: (app) => {
      apiRoutes(app, faults, stack, now);
      stack.routes(app);
    },
  };
}

/** What a fault is told under; a release beside it is no alarm. */
function alertNames(fault: string): readonly string[] {
  const told = (EVENTS[fault]?.(true) ?? []).filter(({ kind }) => kind !== 'change');
  return told.map(({ name }) => String(name));
}

const REPORT_MS = 6 * 3_600_000;

function report(now: number): Event {
  const at = new Date(now).toISOString();
  const said = { value: 12, unit: 'Percent', summary: '2 of 14 features drift: age, tenure' };
  return {
    id: `credit-risk/report/${at}`,
    kind: 'report',
    name: 'credit-risk-drift-report',
    at,
    environment: 'prod',
    service: 'credit-risk',
    ...said,
  };
}

function apiRoutes(app: FastifyInstance, { isOn }: Faults, { isUp, loaded }: CreditStack, now: () => number): void {
  app.get('/api/health', (_request, reply) => {
    if (!isUp()) return reply.code(503).send({ status: 'unhealthy', model_loaded: false });
    return reply.send({ status: 'healthy', model_loaded: true, model_version: String(loaded()) });
  });
  app.get('/api/monitoring/stats', (_request, reply) => {
    if (!isUp()) return reply.code(503).send({ detail: 'Service Unavailable' });
    const hour = Math.floor(now() / 3_600_000);
    const sinceMidnight = hour % 24;
    const total = Math.round(28 * (sinceMidnight + 1) * daily(now(), 0.3));
    const last_hour = Math.round(28 * daily(now(), 0.3) * (0.8 + 0.4 * chance('credit', hour)));
    const drift_share = isOn('drift-the-features') ? 57 : 12;
    const f1_gap = isOn('promote-v8') ? -12.3 : 0.4;
    return reply.send({
      total_predictions: total,
      last_hour,
      approval_rate: 0.68,
      mean_score: 0.31,
      drift_share,
      f1_gap,
    });
  });
}
