import { type FastifyReply, fastify } from 'fastify';

export interface Issue {
  readonly number: number;
  readonly html_url: string;
  readonly title: string;
  readonly body: string;
  readonly labels: readonly string[];
  readonly state: 'open' | 'closed';
}

/** The issues of one repository, as GitHub serves them. https://docs.github.com/en/rest/issues/issues */
export interface GitHubIssues {
  readonly url: string;
  /** Newest first. */
  issues(): readonly Issue[];
  closeIssues(): void;
  /** The next issue is opened, and its answer never comes. */
  loseNextAnswer(): void;
  /** Everything is answered with this status; `null`: as it should be. */
  breakWith(status: number | null): void;
  close(): Promise<void>;
}

export const REPOSITORY = 'example/operations';
export const TOKEN = 'github_pat_of_the_test';

export async function startGitHubIssues(): Promise<GitHubIssues> {
  let issues: readonly Issue[] = [];
  let isLosing = false;
  let broken: number | null = null;
  const app = fastify({ forceCloseConnections: true });
  app.addHook('onRequest', async (request, reply) => {
    if (broken !== null) return say(reply, broken, 'It does not work today.');
    if (request.headers.authorization !== `Bearer ${TOKEN}`) return say(reply, 401, 'Bad credentials');
  });
  app.get<{ Querystring: { state?: string; per_page?: string } }>(`/repos/${REPOSITORY}/issues`, ({ query }) => {
    const { state = 'open', per_page = '30' } = query;
    return issues.filter((one) => state === 'all' || one.state === state).slice(0, Number(per_page));
  });
  app.post<{ Body: { title: string; body: string; labels: string[] } }>(
    `/repos/${REPOSITORY}/issues`,
    (request, reply) => {
      const { title, body, labels } = request.body;
      const number = issues.length + 1;
      const html_url = `https://github.com/${REPOSITORY}/issues/${number}`;
      issues = [{ number, html_url, title, body, labels, state: 'open' }, ...issues];
      if (!isLosing) return reply.code(201).send(issues[0]);
      isLosing = false;
      reply.hijack();
      reply.raw.destroy();
      return reply;
    },
  );
  return {
    url: await app.listen({ host: '127.0.0.1', port: 0 }),
    issues: () => issues,
    closeIssues: () => {
      issues = issues.map((one) => ({ ...one, state: 'closed' }));
    },
    loseNextAnswer: () => {
      isLosing = true;
    },
    breakWith: (status) => {
      broken = status;
    },
    close: () => app.close(),
  };
}

function say(reply: FastifyReply, status: number, message: string): FastifyReply {
  return reply.code(status).send({ message, documentation_url: 'https://docs.github.com/rest' });
}
