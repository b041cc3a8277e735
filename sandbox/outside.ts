import type { FastifyInstance } from 'fastify';
import type { Act, ActResult } from './api.ts';
import type { Boxes, Subscriber } from './boxes/boxes.ts';
import { createBoxes } from './boxes/boxes.ts';
import type { PagingAws } from './boxes/paging-aws.ts';
import { createPagingAws } from './boxes/paging-aws.ts';
import { createPagingFaults } from './boxes/paging-faults.ts';
import type { SandboxClock } from './clock.ts';
import { createHooks } from './hooks/hooks.ts';
import { createPagerDuty } from './pagerduty/pagerduty.ts';
import type { OutsidePort } from './slack/page-routes.ts';
import type { Faults } from './systems/faults.ts';

/** The world that pages go out into: telephones, mailboxes, PagerDuty, a webhook receiver; and the clock of all of it. */
export interface Outside extends OutsidePort {
  readonly aws: PagingAws;
  /** Of the telephone exchange, `/pagerduty` and `/hooks`. */
  routes(app: FastifyInstance): Promise<void>;
  close(): void;
}

export interface OutsideOptions {
  readonly people: readonly Subscriber[];
  readonly clock: SandboxClock;
  /** What senders to the webhook receiver sign with. */
  readonly hookSecret: string;
}

export function createOutside({ people, clock, hookSecret }: OutsideOptions): Outside {
  const { now } = clock;
  const boxes = createBoxes({ people, now });
  const faults = createPagingFaults(now);
  const aws = createPagingAws(boxes, faults);
  const pagerDuty = createPagerDuty({ now, fault: () => pagerDutyFault(faults) });
  const hooks = createHooks({ secret: hookSecret, now, isDown: () => faults.isOn('webhook-down') });

  return {
    aws,
    routes: async (app) => {
      await app.register(aws.routes);
      await app.register(pagerDuty.routes, { prefix: '/pagerduty' });
      await app.register(hooks.routes, { prefix: '/hooks' });
    },
    shown: () => ({
      clock: { aheadMs: clock.ahead(), isMovable: clock.isMovable },
      boxes: boxes.list().map((box) => ({ ...box, isOptedOut: aws.isOptedOut(box.number) })),
      pagerDuty: pagerDuty.list(),
      hooks: hooks.list(),
      pagingFaults: faults.definitions.map((fault) => ({ ...fault, on: faults.isOn(fault.name) })),
    }),
    act: (act) => perform({ boxes, clock, faults, aws }, act),
    onChange: (listener) => {
      const stops = [boxes, pagerDuty, hooks, aws].map(({ onChange }) => onChange(listener));
      stops.push(clock.onMove(listener), faults.onSwitch(listener));
      return () => {
        for (const stop of stops) stop();
      };
    },
    close: () => boxes.close(),
  };
}

function pagerDutyFault({ isOn }: Faults): 'down' | 'throttled' | null {
  if (isOn('pagerduty-down')) return 'down';
  return isOn('pagerduty-throttled') ? 'throttled' : null;
}

const NOT_DONE: ActResult = { ok: false, error: 'That is not there any more.' };

interface Actors {
  readonly boxes: Boxes;
  readonly clock: SandboxClock;
  readonly faults: Faults;
  readonly aws: PagingAws;
}

function perform({ boxes, clock, faults, aws }: Actors, act: Act): Promise<ActResult> | ActResult | null {
  switch (act.type) {
    case 'clock':
      return clock.move(act);
    case 'pick-up':
      return boxes.pickUp(act.call, act.how) ? { ok: true } : NOT_DONE;
    case 'read':
      boxes.read(act.person);
      return { ok: true };
    case 'text-back':
      return aws.textBack(act);
    case 'fault':
      if (act.system !== 'paging') return null;
      return faults.set(act.fault, act.on) ? { ok: true } : NOT_DONE;
    default:
      return null;
  }
}
