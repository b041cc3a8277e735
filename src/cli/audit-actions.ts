import { type AuditChain, type AuditLine, BEGINNING, brokenAt, createAuditChain } from '../actions/audit-chain.ts';
import { setting } from '../config/env.ts';
import { connect } from '../store/connection.ts';
import { createKeys } from '../store/keys.ts';
import { type AuditRequest, auditText, isAsked, parseAuditArguments } from './audit-lines.ts';

const AT_ONCE = 500;

export interface Audited {
  readonly lines: number;
  /** The number of the first line that does not follow from the one before it, or that is missing; `null`: all are there. */
  readonly broken: number | null;
  /** Of the last line. */
  readonly head: string;
}

/**
 * Verifies the whole chain, line by line, and writes those of the asked time. What comes from a broken line on is not vouched for, and
 * not shown. `newest` is the hash that was the newest before: a chain without it has lost its end.
 */
export async function auditActions(
  chain: Pick<AuditChain, 'lines'>,
  newest: string,
  request: AuditRequest,
  write: (text: string) => void,
): Promise<Audited> {
  const walk = { head: BEGINNING, count: 0, isWhole: newest === BEGINNING };
  for (;;) {
    const lines = await chain.lines(walk.count + 1, AT_ONCE);
    const broken = brokenAt(lines, walk.head);
    const sound = broken === null ? lines : lines.filter(({ number }) => number < broken);
    for (const line of sound.filter((one) => isAsked(one, request))) write(`${auditText(line, request.format)}\n`);
    pass(walk, sound, newest);
    const { count, head, isWhole } = walk;
    if (broken !== null) return { lines: count, broken, head };
    if (lines.length < AT_ONCE) return { lines: count, broken: isWhole ? null : count + 1, head };
  }
}

/** How far the walk along the chain has come, and whether it has passed the hash that was the newest. */
interface Walk {
  head: string;
  count: number;
  isWhole: boolean;
}

function pass(walk: Walk, sound: readonly AuditLine[], newest: string): void {
  walk.count += sound.length;
  walk.head = sound.at(-1)?.hash ?? walk.head;
  walk.isWhole ||= sound.some(({ hash }) => hash === newest);
}

async function main(args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const say = (text: string) => void process.stderr.write(`${text}\n`);
  const request = parseAuditArguments(args, Date.now());
  if (!request.ok) {
    say(`${request.rejection.message}\nUsage: ${request.rejection.hint}`);
    return 2;
  }
  const [url, deployment] = [setting(env, 'REDIS_URL'), setting(env, 'DEPLOYMENT')];
  if (url === null || deployment === null) {
    say('Set REDIS_URL to the Redis of Tocsin, and DEPLOYMENT when it has a name of its own.');
    return 2;
  }
  try {
    return said(await auditFrom(url, deployment, request.value), say);
  } catch (error) {
    say(`The audit ended early: ${error instanceof Error ? error.message : String(error)}`);
    return 2;
  }
}

function said({ lines, broken, head }: Audited, say: (text: string) => void): number {
  if (broken === null) {
    say(`${lines} lines, all as they were written. The newest hash is ${head}.`);
    return 0;
  }
  say(`Line ${broken} is not as it was written: it, or one before it, was changed or taken out.`);
  return 1;
}

async function auditFrom(url: string, deployment: string, request: AuditRequest): Promise<Audited> {
  const redis = await connect(url, { warn: () => undefined });
  try {
    const keys = createKeys(deployment);
    const newest = (await redis.get(keys.auditHead)) ?? BEGINNING;
    const write = (text: string) => void process.stdout.write(text);
    return await auditActions(createAuditChain(redis, keys), newest, request, write);
  } finally {
    redis.disconnect();
  }
}

if (import.meta.main) {
  // Whoever reads us may stop early, as `head` does: then nothing is verified, and that is no good news.
  process.stdout.on('error', () => process.exit(2));
  process.exitCode = await main(process.argv.slice(2), process.env);
}
