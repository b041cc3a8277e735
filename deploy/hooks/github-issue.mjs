/**
 * Opens an issue at GitHub for each signed request of an action with `webhook`, and answers with its address.
 *
 *   HOOK_SECRET=… GITHUB_TOKEN=… GITHUB_REPOSITORY=owner/name node deploy/hooks/github-issue.mjs
 *
 * GITHUB_TOKEN needs *issues: write* for this one repository. GITHUB_API_URL is for GitHub Enterprise Server
 * (`https://HOST/api/v3`). HOOK_HOST (127.0.0.1) and HOOK_PORT (8090) say where it listens. The body has `title`; `body` as Markdown
 * and `labels` may be there; all other fields become a list. GitHub has no key that makes it do a thing once, so that the issue has a
 * mark in its body, by which it is found again: also after a lost answer, and after this program was restarted.
 */
import { createHash } from 'node:crypto';
import { needed, receive, refused } from './verified.mjs';

const token = needed('GITHUB_TOKEN');
const repository = needed('GITHUB_REPOSITORY', /^[\w.-]+\/[\w.-]+$/);
const base = (process.env.GITHUB_API_URL ?? 'https://api.github.com').replace(/\/+$/, '');

/** Two requests are made, and Tocsin waits for eight to ten seconds. */
const PATIENCE_MS = 3_000;
const MOST_OF_A_TITLE = 250;
/** GitHub takes 65,536 characters. */
const MOST_OF_A_BODY = 60_000;

receive(async ({ key, asked }) => {
  const title = typeof asked.title === 'string' ? asked.title.replace(/\s+/g, ' ').trim() : '';
  if (title === '') return refused('The body of the action has no title.');
  // The key itself stays secret; foreign text cannot hold its digest.
  const mark = `<!-- tocsin ${createHash('sha256').update(key).digest('hex')} -->`;

  const listed = await github('GET', '/issues?state=all&sort=created&direction=desc&per_page=100');
  if (listed.refusal) return refused(listed.refusal);
  const there = listed.json.find(({ body }) => body?.includes(mark));
  if (there) return { status: 200, body: shown(there) };

  const labels = Array.isArray(asked.labels) ? asked.labels.map(String).slice(0, 20) : [];
  const body = `${textOf(asked).slice(0, MOST_OF_A_BODY)}\n\n${mark}`;
  const opened = await github('POST', '/issues', { title: title.slice(0, MOST_OF_A_TITLE), body, labels });
  return opened.refusal ? refused(opened.refusal) : { status: 201, body: shown(opened.json) };
});

function shown({ number, html_url }) {
  return { number, html_url };
}

/** What is in an incident wakes nobody at GitHub: an @ names no person there. */
function textOf({ title: _title, labels: _labels, body = '', ...others }) {
  const lines = Object.entries(others).map(([name, value]) => {
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    return `- **${name}**: ${text.replace(/\s+/g, ' ')}`;
  });
  return [String(body), lines.join('\n')]
    .filter((part) => part !== '')
    .join('\n\n')
    .replaceAll('@', '@\u200b');
}

/** `json`, or `refusal` when GitHub certainly did nothing. Throws when nobody can tell. */
async function github(method, path, json) {
  const answer = await fetch(`${base}/repos/${repository}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      accept: 'application/vnd.github+json',
      'content-type': 'application/json',
      'x-github-api-version': '2022-11-28',
      'user-agent': 'tocsin-github-issue',
    },
    redirect: 'error',
    signal: AbortSignal.timeout(PATIENCE_MS),
    ...(json && { body: JSON.stringify(json) }),
  });
  if (answer.ok) return { json: await answer.json() };
  const { status } = answer;
  if (status >= 500 || status === 408) throw new Error(`GitHub answers ${status} to ${method} ${path}`);
  const { message = '' } = await answer.json().catch(() => ({}));
  return { refusal: `GitHub answers ${status} for ${repository}: ${message}` };
}
