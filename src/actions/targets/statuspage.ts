import { SetupError } from '../../app/errors.ts';
import type { PlanCheck } from '../../domain/plan.ts';
import type { Asked, Draft, Looked, Sight, Target, TargetDeps } from '../target.ts';
import { baseOf, hostIn } from './rest.ts';
import { type Page, type PublicIncident, statuspage } from './statuspage-api.ts';
import { digest } from './subject.ts';
import { type Known, knownFor, needSecrets, OF_THE_RUN, secretOf, textOf, withRun } from './template.ts';

type Sealed = Page & {
  readonly name: string;
  readonly status: 'investigating' | 'identified' | 'monitoring' | 'resolved';
  readonly impact: string | null;
  readonly body: string;
  readonly components: { readonly [id: string]: string };
  readonly known: Known;
};

/** Tells the public: opens an incident, or updates the one that an earlier run of the same incident opened. */
export const statuspageTarget: Target<'statuspage', Sealed> = {
  plan,
  look,
  async change(deps, sealed, { incident, run }) {
    const api = statuspage(deps, sealed);
    const known = withRun(sealed.known, incident, run);
    // Incidents are counted from one again when Redis was emptied: when it began tells two of a number apart.
    const since = new Date(incident.milestones.firedAt).toISOString();
    const all = await api.incidents();
    if (all.some(({ mark }) => mark?.runs.includes(run.token))) return { reference: null };
    const open = all.find(
      ({ mark, status }) => mark?.incident === incident.id && mark.since === since && !isOver(status),
    );
    if (!open && sealed.status === 'resolved') {
      throw new SetupError(`There is nothing to resolve: ${incident.id} has no open incident on the page.`);
    }
    const told = {
      ...{ status: sealed.status, body: textOf(sealed.body, known) },
      ...(sealed.impact === null ? {} : { impact_override: sealed.impact }),
      ...(Object.keys(sealed.components).length === 0
        ? {}
        : { components: sealed.components, component_ids: Object.keys(sealed.components) }),
      metadata: { tocsin: { incident: incident.id, since, runs: [...(open?.mark?.runs ?? []), run.token].slice(-20) } },
    };
    const name = textOf(sealed.name, known).slice(0, MOST_OF_A_NAME);
    return { reference: await api.tell(open?.id ?? null, open ? told : { ...told, name }) };
  },
  cancel: null,
  // It looks for its own mark before it sends.
  repeatable: true,
};

const MOST_OF_A_NAME = 200;

/** https://developer.statuspage.io/#tag/incidents */
function isOver(status: string): boolean {
  return status === 'resolved' || status === 'postmortem' || status === 'completed';
}

async function plan(deps: TargetDeps, asked: Asked<'statuspage'>): Promise<Draft<Sealed>> {
  const { settings } = asked;
  const { status, impact = null, body, components, name = '{title}', token } = settings;
  const url = baseOf('Statuspage', asked.fill(settings.url));
  const page = asked.fill(settings.page);
  needSecrets([url, page, token], deps.variables);
  const pageId = secretOf(page, deps.variables);
  const { own, foreign } = knownFor(asked, asked.inputs, [name, body], OF_THE_RUN);
  const api = statuspage(deps, { url, page, token });
  const known = await api.components();
  const all = await api.incidents();
  const open = all.filter((one) => !isOver(one.status));
  const ids = Object.keys(components);
  return {
    subject: pageId,
    lock: `statuspage:${hostIn(url)}:page/${pageId}`,
    current: open.length === 0 ? 'no open incident' : openWords(open),
    target: status,
    differences: [
      { what: 'Status', from: 'as it is', to: status },
      { what: 'Message', from: 'none', to: shown(body, { own, foreign }) },
      ...ids.map((id) => ({
        what: known.get(id)?.name ?? id,
        from: known.get(id)?.status ?? 'not known',
        to: components[id] ?? '',
      })),
    ],
    deployed: null,
    checks: checksOf(ids, known, open.length),
    ...{ takesMs: null, cost: null, cannotUndo: ['Mails and messages to subscribers of the page'] },
    fingerprint: digest([settings, ids.map((id) => known.get(id)?.status ?? null)]),
    sealed: { url, page, token, name, status, impact, body, components, known: { own, foreign } },
  };
}

function openWords(open: readonly PublicIncident[]): string {
  const names = open.slice(0, 2).map(({ name, status }) => `“${name}” (${status})`);
  return [...names, ...(open.length > 2 ? [`${open.length - 2} more`] : [])].join(', ').slice(0, 200).toWellFormed();
}

/** The message as it will be; what only the run knows stands there in braces. */
function shown(body: string, { own, foreign }: Known): string {
  const later = Object.fromEntries(OF_THE_RUN.map((name) => [name, `{${name}}`]));
  return textOf(body, { own, foreign: { ...later, ...foreign } })
    .replaceAll(/\s+/gu, ' ')
    .slice(0, 200)
    .toWellFormed();
}

function checksOf(ids: readonly string[], known: ReadonlyMap<string, unknown>, open: number): PlanCheck[] {
  const strangers = ids.filter((id) => !known.has(id));
  return [
    {
      isWell: true,
      text: `The page answers: ${open === 0 ? 'nothing is' : `${open} of its incidents are`} open on it.`,
    },
    ...(strangers.length > 0
      ? [{ isWell: false, text: `The page has no component ${strangers.slice(0, 3).join(', ')}.` }]
      : []),
  ];
}

async function look(deps: TargetDeps, sealed: Sealed, run: Looked): Promise<Sight> {
  if (run.sentAt === null) return { kind: 'untouched' };
  const found = (await statuspage(deps, sealed).incidents()).find(({ mark }) => mark?.runs.includes(run.token));
  if (found) return { kind: 'done', detail: `The page says: ${sealed.status}.`, link: found.link };
  if (run.reference === null) return { kind: 'untouched' };
  return { kind: 'moved', why: 'The page took it, and does not show it any more: somebody has deleted it.' };
}
