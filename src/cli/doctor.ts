import { parseArgs } from 'node:util';
import { pino } from 'pino';
import { kindOf } from '../app/errors.ts';
import { createAwsClients } from '../aws/clients.ts';
import { envProblems, isLocalMode, setting } from '../config/env.ts';
import { warningsOf } from '../config/service-warnings.ts';
import { checkServices } from '../config/services.ts';
import { createSlackClients } from '../slack/clients.ts';
import { connect } from '../store/connection.ts';
import { createKeys } from '../store/keys.ts';
import { checkCertificates } from './doctor/certificates.ts';
import { createClock } from './doctor/clock.ts';
import { checkFeeds } from './doctor/feeds.ts';
import { type Finding, fine, type Section, summary, unknown, warning, written, wrong } from './doctor/finding.ts';
import { checkPaging } from './doctor/paging.ts';
import { checkRedis } from './doctor/redis.ts';
import { checkSlack } from './doctor/slack.ts';
import { checkSns } from './doctor/sns.ts';

export const USAGE = 'npm run doctor [-- --webhook https://tocsin.example.com/webhooks/sns]';

const silent = pino({ enabled: false });

function checkEnvironment(env: NodeJS.ProcessEnv): Finding[] {
  const problems = envProblems(env).map((problem) =>
    wrong(problem, 'Set it in .env or wherever Tocsin gets its environment.'),
  );
  if (problems.length === 0) return [fine('complete')];
  return isLocalMode(env)
    ? [
        warning('nothing of Slack is set: Tocsin would start in local mode, with a Slack of its own', USAGE_OF_ENV),
        ...problems,
      ]
    : problems;
}

const USAGE_OF_ENV = 'For a real workspace: cp .env.example .env and fill it in.';

function checkServiceFiles(dir: string, env: NodeJS.ProcessEnv): Finding[] {
  const { services, problems, warnings: ofFiles } = checkServices(dir, env);
  const wrongs = problems.map((problem) => wrong(problem, `Correct it, then: npm run services:check -- ${dir}`));
  if (wrongs.length > 0) return wrongs;
  const warnings = [...ofFiles, ...warningsOf(services)].map((text) => warning(text, 'Where it is meant, leave it.'));
  return [fine(`${services.length} in ${dir}: ${services.map(({ name }) => name).join(', ')}`), ...warnings];
}

async function redisFindings(env: NodeJS.ProcessEnv): Promise<Finding[]> {
  const [url, deployment] = [setting(env, 'REDIS_URL'), setting(env, 'DEPLOYMENT')];
  if (url === null || deployment === null) return [unknown('how Redis is', 'Set REDIS_URL first.')];
  let reason = '';
  const log = {
    warn(fields: object) {
      if ('reason' in fields) reason = String(fields.reason);
    },
  };
  try {
    const redis = await connect(url, log);
    try {
      const probe = `${createKeys(deployment).prefix}doctor`;
      return [fine('reachable'), ...(await checkRedis(redis, probe, () => performance.now()))];
    } finally {
      redis.disconnect();
    }
  } catch (error) {
    if (kindOf(error) === 'bug') throw error;
    return [unreachable(reason)];
  }
}

/** The code alone is shown: the rest of the reason may hold an address. */
function unreachable(reason: string): Finding {
  const word = /\b(?:WRONGPASS|NOAUTH|NOPERM|E[A-Z_]{4,})\b/.exec(reason)?.[0];
  if (word === 'WRONGPASS' || word === 'NOAUTH' || word === 'NOPERM')
    return wrong(`refuses us (${word})`, 'Check the user and the password in REDIS_URL.');
  const mend = 'Check REDIS_URL (host, port, password, TLS), and that Redis runs.';
  return wrong(word === undefined ? 'cannot be reached' : `cannot be reached (${word})`, mend);
}

async function slackFindings(env: NodeJS.ProcessEnv, dir: string): Promise<Finding[]> {
  const [token, apiUrl] = [setting(env, 'SLACK_BOT_TOKEN'), setting(env, 'SLACK_API_URL')];
  if (token === null || apiUrl === null) return [unknown('how Slack is', 'Set SLACK_BOT_TOKEN first.')];
  const appToken = setting(env, 'SLACK_APP_TOKEN');
  const clock = createClock(fetch, Date.now);
  const client = (of: string) => createSlackClients({ token: of, apiUrl, fetch: clock.fetch }, silent).outbox;
  const { services } = checkServices(dir);
  return await checkSlack({ bot: client(token), app: appToken ? client(appToken) : null, services, clock });
}

async function snsFindings(env: NodeJS.ProcessEnv, webhook: string | null): Promise<Finding[]> {
  const topicArns = setting(env, 'SNS_TOPIC_ARNS');
  const certificates = await checkCertificates(setting(env, 'SNS_CERT_DIR') ?? undefined, Date.now());
  if (topicArns === null) return [unknown('how the topics are', 'Correct SNS_TOPIC_ARNS first.'), ...certificates];
  return [
    ...(await checkSns({ topicArns, webhook, queueUrl: setting(env, 'SQS_QUEUE_URL') ?? null })),
    ...certificates,
  ];
}

async function pagingFindings(env: NodeJS.ProcessEnv, dir: string): Promise<Finding[]> {
  return await checkPaging({
    aws: createAwsClients(),
    services: checkServices(dir, env).services,
    mailTopic: setting(env, 'MAIL_TOPIC_ARN') ?? null,
    callTopic: setting(env, 'CALL_TOPIC_ARN') ?? null,
    operatorsTopic: setting(env, 'OPERATORS_TOPIC_ARN') ?? null,
    awsRegion: setting(env, 'AWS_REGION') ?? null,
    hasWebhookSecret: typeof setting(env, 'PAGE_WEBHOOK_SECRET') === 'string',
  });
}

/** Looks at everything, one part after the other: each is handed out as soon as it is known. */
export async function* diagnose(env: NodeJS.ProcessEnv, webhook: string | null): AsyncGenerator<Section> {
  const dir = setting(env, 'SERVICES_DIR') ?? 'services';
  yield { title: 'Environment', findings: checkEnvironment(env) };
  yield { title: 'Service files', findings: checkServiceFiles(dir, env) };
  yield { title: 'Redis', findings: await redisFindings(env) };
  yield { title: 'Slack', findings: await slackFindings(env, dir) };
  yield { title: 'SNS', findings: await snsFindings(env, webhook) };
  const topicArns = setting(env, 'SNS_TOPIC_ARNS') ?? [];
  const [queueUrl, awsRegion] = [setting(env, 'SQS_QUEUE_URL') ?? null, setting(env, 'AWS_REGION') ?? null];
  yield* checkFeeds({ topicArns, queueUrl, awsRegion });
  const paging = await pagingFindings(env, dir);
  if (paging.length > 0) yield { title: 'Pages out of Slack', findings: paging };
}

async function main(env: NodeJS.ProcessEnv): Promise<number> {
  const webhook = readWebhook();
  if (webhook === undefined) {
    process.stderr.write(`Usage: ${USAGE}\n`);
    return 2;
  }
  const sections: Section[] = [];
  for await (const section of diagnose(env, webhook)) {
    sections.push(section);
    process.stdout.write(`${written(section)}\n`);
  }
  process.stdout.write(summary(sections));
  return sections.some(({ findings }) => findings.some(({ verdict }) => verdict === 'wrong')) ? 1 : 0;
}

/** `undefined` when the arguments are wrong, `null` when there are none. */
function readWebhook(): string | null | undefined {
  try {
    return parseArgs({ options: { webhook: { type: 'string' } } }).values.webhook ?? null;
  } catch {
    return undefined;
  }
}

if (import.meta.main) process.exitCode = await main(process.env);
