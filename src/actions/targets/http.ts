import type { TargetSettings } from '../../config/file-actions.ts';
import type { Json } from '../../domain/action.ts';
import { placeholdersIn } from '../../domain/placeholders.ts';
import type { PlanCheck } from '../../domain/plan.ts';
import { canonical } from '../plan-hash.ts';
import type { Asked, Draft, Target, TargetDeps } from '../target.ts';
import { cancelled, changed, readingOf } from './http-change.ts';
import { seen } from './http-look.ts';
import { digest } from './subject.ts';
import { addressOf, beforeRun, type Known, knownFor, needSecrets, OF_THE_RUN, textOf } from './template.ts';
import { read } from './web-request.ts';

/** What is asked for, as the service file writes it, and what its placeholders stand for. */
export type HttpSealed = {
  readonly method: string;
  readonly url: string;
  readonly headers: { readonly [name: string]: string };
  readonly body: Json;
  readonly hasBody: boolean;
  readonly current: { readonly url: string; readonly pick: string; readonly was: string } | null;
  readonly reference: string | null;
  readonly done: Done | null;
  readonly cancel: { readonly method: string; readonly url: string } | null;
  readonly repeatable: boolean;
  readonly known: Known;
};

export type Done = {
  /** `null`: the answer itself counts. */
  readonly url: string | null;
  readonly pick: string;
  readonly equals: readonly string[];
  readonly failed: readonly string[];
  readonly share: string | null;
  readonly withinMs: number;
  /** What it said when it was planned, where it can be asked without a reference. */
  readonly before: string | null;
};

/** An action of the owner's own: a request, and what says that it is done. */
export const httpTarget: Target<'http', HttpSealed> = {
  plan,
  look: seen,
  change: changed,
  cancel: cancelled,
  // `look` itself tells that an answer was lost of what must not be sent twice.
  repeatable: true,
};

type Settings = TargetSettings<'http'>;

async function plan(deps: TargetDeps, asked: Asked<'http'>): Promise<Draft<HttpSealed>> {
  const { settings } = asked;
  const to = asked.inputs.to ?? (settings.to === undefined ? null : asked.fill(settings.to));
  const known = knownOf(asked, to);
  needSecrets([settings.url, settings.headers, settings.cancel?.url ?? ''], deps.variables);
  const url = addressOf(settings.url, beforeRun(known), deps.variables);
  const was = settings.current ? await valueNow(deps, settings, settings.current, known) : null;
  const before = await doneNow(deps, settings, known);
  const { host, pathname } = new URL(url);
  const request = `${settings.method} ${host}${settings.url.includes('${') ? '' : pathname}`;
  return {
    subject: host,
    lock: lockOf(deps, settings, known, url),
    current: was ?? 'not known',
    target: to ?? request,
    differences: [
      { what: 'Request', from: 'none', to: request },
      ...(settings.current
        ? [{ what: settings.current.pick, from: was ?? '', to: to ?? 'what the request makes it' }]
        : []),
    ],
    deployed: null,
    checks: checksOf(settings, { was, before, to, host }),
    ...{ takesMs: null, cost: null, cannotUndo: [] },
    fingerprint: canonical({ was, before }),
    sealed: sealedOf(settings, known, was, before),
  };
}

/** What is changed is known by where it can be seen, as a switch knows it: requests for different values of it are of one thing. */
function lockOf({ variables }: TargetDeps, { method, current }: Settings, known: Known, url: string): string {
  const thing = current ? addressOf(current.url, beforeRun(known), variables) : [method, url];
  return `http:${new URL(url).host}:${digest(thing)}`;
}

function knownOf(asked: Asked<'http'>, to: string | null): Known {
  const { url, headers, body = null, current = null, done, cancel } = asked.settings;
  const inputs = to === null ? asked.inputs : { ...asked.inputs, to };
  const texts = [done?.url ?? null, cancel?.url ?? null, done?.equals ?? [], done?.failed ?? []];
  const asking = [knownFor(asked, inputs, [url, headers, body], OF_THE_RUN), knownFor(asked, inputs, current)];
  const all = [...asking, knownFor(asked, inputs, texts, ['reference'])];
  return {
    own: Object.assign({}, ...all.map(({ own }) => own)) as Known['own'],
    foreign: Object.assign({}, ...all.map(({ foreign }) => foreign)) as Known['foreign'],
  };
}

/** What will say that it is done may say something already, where it can be asked without a reference. */
async function doneNow(deps: TargetDeps, settings: Settings, known: Known): Promise<string | null> {
  const { url, pick } = settings.done ?? {};
  if (url === undefined || pick === undefined || placeholdersIn(url).includes('reference')) return null;
  return await valueNow(deps, settings, { url, pick }, known);
}

async function valueNow(
  deps: TargetDeps,
  settings: Settings,
  { url, pick }: { readonly url: string; readonly pick: string },
  known: Known,
): Promise<string> {
  return (await read(deps, readingOf(deps, { ...settings, known }, url, known), pick)).value;
}

interface Facts {
  readonly was: string | null;
  readonly before: string | null;
  readonly to: string | null;
  readonly host: string;
}

function checksOf({ current, done, repeatable }: Settings, { was, before, to, host }: Facts): PlanCheck[] {
  const checks: PlanCheck[] = [];
  if (current && was === to)
    checks.push({ isWell: false, text: `It is at ${was} already: there is nothing to change.` });
  else if (current) checks.push({ isWell: true, text: `${host} answers: ${current.pick} is ${was}.` });
  if (before !== null && done?.equals.includes(before)) {
    checks.push({ isWell: false, text: `${done.pick} is “${before}” already, which is what it would wait for.` });
  }
  if (!repeatable)
    checks.push({ isWell: null, text: 'If its answer is lost, it is not sent again: a person must look.' });
  return checks;
}

function sealedOf(settings: Settings, known: Known, was: string | null, before: string | null): HttpSealed {
  const { method, url, headers, body, current, reference, done, cancel, repeatable } = settings;
  const filled = (texts: readonly string[]) => texts.map((text) => textOf(text, known));
  return {
    ...{ method, url, headers, body: body ?? null, hasBody: body !== undefined, reference: reference ?? null },
    current: current ? { ...current, was: was ?? '' } : null,
    done: done
      ? {
          ...{ url: done.url ?? null, pick: done.pick, share: done.share ?? null, withinMs: done.within, before },
          ...{ equals: filled(done.equals), failed: filled(done.failed ?? []) },
        }
      : null,
    cancel: cancel ?? null,
    repeatable,
    known: { own: known.own, foreign: known.foreign },
  };
}
