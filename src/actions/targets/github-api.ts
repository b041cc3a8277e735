import { SetupError } from '../../app/errors.ts';
import { type Fields, listOf, textOf } from '../../sources/foreign-fields.ts';
import { oneLine } from '../../sources/foreign-text.ts';
import type { TargetDeps } from '../target.ts';
import { isFine, type Rest, type RestAnswer, refused, request, saidIn } from './rest.ts';
import { secretOf } from './template.ts';

/** A workflow, as a plan holds it: secrets are `${NAME}`. */
export interface Workflow {
  readonly url: string;
  /** `owner/name`. */
  readonly repository: string;
  readonly workflow: string;
  readonly ref: string;
  readonly token: string;
}

/** A run of a workflow. Times are epoch ms. */
export interface WorkflowRun {
  readonly id: string;
  readonly number: string;
  readonly name: string;
  readonly branch: string;
  readonly status: string;
  readonly conclusion: string | null;
  readonly startedAt: number | null;
  readonly updatedAt: number | null;
  readonly link: string | null;
}

export interface Job {
  readonly name: string;
  readonly status: string;
  readonly conclusion: string | null;
  readonly steps: number;
  readonly stepsDone: number;
}

/** The version that all servers know which are still supported. https://docs.github.com/en/rest/about-the-rest-api/api-versions */
const API_VERSION = '2022-11-28';
const MEND = 'The token must see the repository, with actions: write.';

export function github(deps: TargetDeps, { url, token }: Workflow): Rest {
  const headers = {
    accept: 'application/vnd.github+json',
    authorization: `Bearer ${secretOf(token, deps.variables)}`,
    'x-github-api-version': API_VERSION,
    'user-agent': 'Tocsin',
  };
  return { system: 'GitHub', base: secretOf(url, deps.variables).replace(/\/+$/, ''), fetch: deps.fetch, headers };
}

/** GitHub answers 404 to whoever may not see something. */
function notFine(rest: Rest, answer: RestAnswer): Error {
  return refused(rest, answer, [401, 403, 404].includes(answer.status) ? MEND : '');
}

const actions = ({ repository }: Workflow) => `/repos/${repository}/actions`;
const path = (workflow: Workflow) => `${actions(workflow)}/workflows/${encodeURIComponent(workflow.workflow)}`;

/** Its name, its file and whether it is `active`. Throws SetupError for one that the token does not see. */
export async function workflowState(
  rest: Rest,
  workflow: Workflow,
): Promise<{ readonly name: string; readonly file: string; readonly state: string }> {
  const answer = await request(rest, 'GET', path(workflow));
  if (!isFine(answer)) throw notFine(rest, answer);
  const { name, path: file, state } = answer.json;
  const line = (value: unknown) => oneLine(textOf(value) ?? '', 120);
  return { name: line(name), file: line(file), state: line(state) };
}

/** The file of a workflow at its ref; `null`: the token may not read it, or it is not there. */
export async function workflowFile(
  rest: Rest,
  { repository, ref }: Workflow,
  file: string,
): Promise<{ readonly sha: string; readonly text: string } | null> {
  const encoded = file.split('/').map(encodeURIComponent).join('/');
  const answer = await request(rest, 'GET', `/repos/${repository}/contents/${encoded}?${new URLSearchParams({ ref })}`);
  if (!isFine(answer) && ![403, 404].includes(answer.status)) throw notFine(rest, answer);
  const [sha, content] = [textOf(answer.json.sha), textOf(answer.json.content)];
  if (sha === null || content === null) return null;
  return { sha, text: Buffer.from(content, 'base64').toString('utf8') };
}

/** The newest runs, newest first. `since`: those that were created from then on, epoch ms. */
export async function newestRuns(
  rest: Rest,
  workflow: Workflow,
  { limit, since, byHand }: { readonly limit: number; readonly since?: number; readonly byHand?: boolean },
): Promise<readonly WorkflowRun[]> {
  const query = new URLSearchParams({
    per_page: String(limit),
    ...(byHand && { event: 'workflow_dispatch' }),
    ...(since !== undefined && { created: `>=${new Date(since).toISOString().slice(0, 19)}Z` }),
  });
  const answer = await request(rest, 'GET', `${path(workflow)}/runs?${query}`);
  if (!isFine(answer)) throw notFine(rest, answer);
  return listOf(answer.json.workflow_runs, runIn);
}

export async function workflowRun(rest: Rest, workflow: Workflow, id: string): Promise<WorkflowRun> {
  const answer = await request(rest, 'GET', `${actions(workflow)}/runs/${id}`);
  if (!isFine(answer)) throw notFine(rest, answer);
  const run = runIn(answer.json);
  if (run) return run;
  throw new SetupError('GitHub does not answer with a run.');
}

export async function jobsOf(rest: Rest, workflow: Workflow, id: string): Promise<readonly Job[]> {
  const answer = await request(rest, 'GET', `${actions(workflow)}/runs/${id}/jobs?per_page=50`);
  return isFine(answer) ? listOf(answer.json.jobs, jobIn) : [];
}

/**
 * Starts it, and answers the id of its run; `null`: it is an older server, which only says that it has. Everything but 5xx and silence
 * is a certain answer, also that too much is asked.
 * https://docs.github.com/en/rest/actions/workflows#create-a-workflow-dispatch-event
 * An older one refuses what it does not know with 400 or 422: https://github.com/github/gh-aw/pull/19414
 */
export async function dispatchWorkflow(
  rest: Rest,
  workflow: Workflow,
  inputs: Readonly<Record<string, string>>,
): Promise<string | null> {
  const body = { ref: workflow.ref, inputs };
  const first = await request(rest, 'POST', `${path(workflow)}/dispatches`, { ...body, return_run_details: true });
  const isOld = [400, 422].includes(first.status) && saidIn(first).includes('return_run_details');
  const answer = isOld ? await request(rest, 'POST', `${path(workflow)}/dispatches`, body) : first;
  if (isFine(answer)) return idIn(answer.json.workflow_run_id);
  const error = notFine(rest, answer);
  throw error instanceof SetupError ? error : new SetupError(`${error.message} Try again in some minutes.`);
}

/** 409: it has ended already, which is looked at afterwards. */
export async function cancelRun(rest: Rest, workflow: Workflow, id: string): Promise<void> {
  const answer = await request(rest, 'POST', `${actions(workflow)}/runs/${id}/cancel`);
  if (!isFine(answer) && answer.status !== 409) throw notFine(rest, answer);
}

function idIn(value: unknown): string | null {
  const id = typeof value === 'number' ? String(value) : textOf(value);
  return id !== null && /^\d{1,20}$/.test(id) ? id : null;
}

function runIn(fields: Fields): WorkflowRun | null {
  const id = idIn(fields.id);
  if (id === null) return null;
  const link = textOf(fields.html_url);
  return {
    ...{ id, number: idIn(fields.run_number) ?? id, startedAt: timeIn(fields.run_started_at) },
    ...{
      name: oneLine(textOf(fields.display_title) ?? textOf(fields.name) ?? '', 300),
      updatedAt: timeIn(fields.updated_at),
    },
    ...{ branch: textOf(fields.head_branch) ?? '', status: oneLine(textOf(fields.status) ?? '', 40) },
    conclusion: textOf(fields.conclusion),
    link: link !== null && /^https?:$/.test(URL.parse(link)?.protocol ?? '') ? link : null,
  };
}

function jobIn(fields: Fields): Job | null {
  const steps = listOf(fields.steps, ({ status }) => textOf(status) ?? '');
  return {
    ...{ name: oneLine(textOf(fields.name) ?? '', 60), status: textOf(fields.status) ?? '' },
    ...{ conclusion: textOf(fields.conclusion), steps: steps.length },
    stepsDone: steps.filter((status) => status === 'completed').length,
  };
}

function timeIn(value: unknown): number | null {
  const at = Date.parse(textOf(value) ?? '');
  return Number.isNaN(at) ? null : at;
}
