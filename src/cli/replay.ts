import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { SetupError } from '../app/errors.ts';
import { setting } from '../config/env.ts';
import { readServices } from '../config/services.ts';
import { ok, type Result, reject } from '../domain/result.ts';
import { parseTopicArn } from '../sources/aws-arn.ts';
import { believe } from './replay/belief.ts';
import { play } from './replay/play.ts';
import { readRecording } from './replay/recording.ts';
import { replayJson, replayText } from './replay/report.ts';

export const USAGE =
  'npm run replay -- file.json [--topic arn] [--services folder] [--json]      (file.json may be - for standard input)';

export interface ReplayRequest {
  readonly file: string;
  readonly topic: string | null;
  readonly services: string | null;
  readonly json: boolean;
}

/** Reads the command line. Rejects with `bad_input` and the usage as its hint. */
export function parseReplayArguments(args: readonly string[]): Result<ReplayRequest> {
  const options = { topic: { type: 'string' }, services: { type: 'string' }, json: { type: 'boolean' } } as const;
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    const [file, ...more] = positionals;
    if (file === undefined || more.length > 0) return reject('bad_input', 'Name one recorded file.', USAGE);
    const { topic = null, services = null, json = false } = values;
    if (topic !== null && !parseTopicArn(topic)) {
      return reject('bad_input', '--topic takes the ARN of a standard SNS topic.', USAGE);
    }
    return ok({ file, topic, services, json });
  } catch (error) {
    // `parseArgs` throws for what a person has typed wrong, with a sentence that says what.
    return reject('bad_input', error instanceof Error ? error.message : String(error), USAGE);
  }
}

interface Told {
  readonly text: string;
  /** Whether the webhook would have refused a message: then its alarm never becomes an incident. */
  readonly isRefused: boolean;
}

/** The whole command. Throws SetupError when there is no redis-server, or the service files are not valid. */
export async function replay(
  { file, topic, services, json }: ReplayRequest,
  env: NodeJS.ProcessEnv,
): Promise<Result<Told>> {
  const content = await contentOf(file);
  if (content === null) return reject('not_found', `${file} cannot be read.`);
  const recording = readRecording(content, { topicArn: topic, now: Date.now() });
  if (!recording.ok) return recording;

  const known = readServices(services ?? setting(env, 'SERVICES_DIR') ?? 'services');
  const trust = { topicArns: setting(env, 'SNS_TOPIC_ARNS') ?? [], certDir: setting(env, 'SNS_CERT_DIR') ?? null };
  const messages = await Promise.all(
    recording.value.map(async (recorded) => ({ recorded, belief: await believe(recorded, trust) })),
  );
  const played = await play(
    recording.value.map(({ notification }) => notification),
    known,
  );
  const isRefused = messages.some(({ belief }) => belief.verdict === 'refused');
  return ok({ text: (json ? replayJson : replayText)({ messages, ...played }), isRefused });
}

async function contentOf(file: string): Promise<string | null> {
  try {
    return await (file === '-' ? text(process.stdin) : readFile(file, 'utf8'));
  } catch {
    return null;
  }
}

async function main(args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const request = parseReplayArguments(args);
  if (!request.ok) {
    process.stderr.write(`${request.rejection.message}\nUsage: ${request.rejection.hint}\n`);
    return 2;
  }
  try {
    const told = await replay(request.value, env);
    if (!told.ok) {
      process.stderr.write(`${told.rejection.message}\n${told.rejection.hint ?? ''}\n`);
      return 1;
    }
    process.stdout.write(told.value.text);
    return told.value.isRefused ? 1 : 0;
  } catch (error) {
    // No redis-server, or service files that are not valid. A bug keeps its trace.
    if (!(error instanceof SetupError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return 1;
  }
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2), process.env);
