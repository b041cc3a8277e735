import type { Redis } from 'ioredis';
import type { Actions, AutopilotOff } from '../app/actions.ts';
import { ok, type Result, reject } from '../domain/result.ts';
import type { Service } from '../domain/service.ts';
import type { Keys } from '../store/keys.ts';

export interface SwitchDeps {
  readonly redis: Redis;
  readonly keys: Pick<Keys, 'autopilotOff' | 'auditPending'>;
  readonly services: () => readonly Service[];
  readonly authorize: (service: string, user: string) => Promise<Result<true>>;
  readonly refused: (refusal: object) => Promise<void>;
  readonly now: () => number;
}

/** The one switch of all autopilots. Whoever sees something go wrong may stop it; starting it again takes a responder. */
export function createAutopilotSwitch({
  redis,
  keys,
  services,
  authorize,
  refused,
  now,
}: SwitchDeps): Actions['autopilot'] {
  const state = async (): Promise<AutopilotOff> => {
    const json = await redis.get(keys.autopilotOff);
    return json === null ? null : (JSON.parse(json) as AutopilotOff); // written below
  };

  return {
    state,
    async off(by, reason) {
      const off = { by, since: now(), reason: reason.trim().slice(0, 300).toWellFormed() };
      if ((await state()) === null) {
        const event = { type: 'autopilot_off', at: off.since, by, reason: off.reason };
        await redis
          .multi()
          .set(keys.autopilotOff, JSON.stringify(off), 'NX')
          .rpush(keys.auditPending, JSON.stringify(event))
          .exec();
      }
      return ok(await state());
    },
    async on(by) {
      const answers = await Promise.all(
        services()
          .filter(({ autopilot }) => autopilot.length > 0)
          .map(({ name }) => authorize(name, by)),
      );
      const no = answers.find((one) => !one.ok);
      if (no && !no.ok && answers.every((one) => !one.ok)) {
        await refused({ type: 'refused', at: now(), by, what: 'autopilot on', why: no.rejection.message });
        return reject(
          'not_allowed',
          'Only who may act on a service with an autopilot may switch it on.',
          no.rejection.hint,
        );
      }
      if ((await state()) !== null) {
        const event = { type: 'autopilot_on', at: now(), by };
        await redis.multi().del(keys.autopilotOff).rpush(keys.auditPending, JSON.stringify(event)).exec();
      }
      return ok(null);
    },
  };
}
