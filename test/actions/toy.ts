import type { Draft, Sight, Target } from '../../src/actions/target.ts';
import type { Targets } from '../../src/actions/targets.ts';
import { SetupError, TransientError } from '../../src/app/errors.ts';

/** A machine with one switch, which takes its time to turn, and which remembers who asked it to. */
export function toyMachine(now: () => number, { turnsForMs = 20_000 } = {}) {
  let position = 'old';
  let turning: { readonly to: string; readonly by: string; readonly since: number } | null = null;
  let changes = 0;
  let losing = false;
  let breaks: string | null = null;
  let away = false;
  const settle = () => {
    if (turning && now() >= turning.since + turnsForMs) {
      if (breaks === null) position = turning.to;
      turning = null;
    }
  };
  return {
    changes: () => changes,
    position: () => {
      settle();
      return position;
    },
    put: (to: string) => {
      position = to;
    },
    loseNextAnswer: () => {
      losing = true;
    },
    /** Turns back half-way from now on. */
    breakDown: (why: string) => {
      breaks = why;
    },
    goAway: (isAway: boolean) => {
      away = isAway;
    },
    read() {
      if (away) throw new TransientError('The machine does not answer.', { cause: null });
      settle();
      return { position, turning, broken: breaks };
    },
    turn(to: string, by: string) {
      settle();
      if (away) throw new TransientError('The machine does not answer.', { cause: null });
      if (turning) throw new SetupError('The machine is turning already.');
      turning = { to, by, since: now() };
      changes++;
      if (!losing) return;
      losing = false;
      throw new TransientError('The answer was lost.', { cause: null });
    },
    stop() {
      turning = null;
      breaks = 'it was stopped';
    },
  };
}

export type ToyMachine = ReturnType<typeof toyMachine>;

type Sealed = { readonly from: string; readonly to: string };

/** The plugin for such a machine; in service files it goes by the name of a webhook, whose settings it does not read. */
export function toyTarget(machine: ToyMachine): Target<'webhook', Sealed> {
  return {
    repeatable: true,
    async plan(_, { inputs }): Promise<Draft<Sealed>> {
      const from = machine.read().position;
      const to = inputs.to ?? 'new';
      if (from === to) throw new SetupError(`The machine is at ${to} already.`);
      return {
        ...{ subject: 'machine', lock: 'toy:machine', current: from, target: to, deployed: null },
        ...{ differences: [{ what: 'position', from, to }], checks: [{ isWell: true, text: 'It answers' }] },
        ...{ takesMs: 20_000, cost: null, cannotUndo: [], fingerprint: `at ${from}`, sealed: { from, to } },
      };
    },
    async look(_, { from, to }, { sentAt }): Promise<Sight> {
      const { position, turning, broken } = machine.read();
      if (turning) return { kind: 'under_way', phase: `Turning to ${turning.to}`, share: 0.5, link: null };
      if (position === to) return { kind: 'done', detail: `The machine is at ${to}.`, link: null };
      if (broken !== null && sentAt !== null) return { kind: 'failed', why: `It turned back: ${broken}`, link: null };
      return position === from ? { kind: 'untouched' } : { kind: 'moved', why: `Somebody put it to ${position}.` };
    },
    async change(_, { to }, { run }) {
      machine.turn(to, run.token);
      return { reference: null };
    },
    cancel: async () => machine.stop(),
  };
}

export function toyTargets(machine: ToyMachine): Targets {
  return async () => toyTarget(machine);
}

/** The settings that its action needs to be read. */
export const TOY = { webhook: { url: 'https://toy.test/', secret: '${TOY_SECRET}' } };
