import { freePortFrom } from './port.ts';

export interface World {
  /** What the bot needs in its environment. */
  readonly env: Readonly<Record<string, string>>;
  /** The time that the bot goes by, epoch ms: a person can move it on the page, forward only. */
  now(): number;
  /** Says where to look. */
  welcome(address: string): void;
  stop(): Promise<void>;
}

const USUAL_PORT = 3_000;

/** Starts the sandbox beside the bot, which does not know that it is there: it gets an environment like any other. */
export async function startWorld(source: NodeJS.ProcessEnv): Promise<World> {
  const { startLocalWorld } = await import('../../sandbox/local.ts');
  const port = source.PORT ? Number(source.PORT) : await freePortFrom(USUAL_PORT);
  const redisUrl = source.REDIS_URL;
  const world = await startLocalWorld({
    webhookUrl: `http://127.0.0.1:${port}/webhooks/sns`,
    ...(redisUrl ? { redisUrl } : {}),
    systems: source.SANDBOX_SYSTEMS !== 'off',
    movableClock: true,
    onLost: () => process.exit(1),
  });
  return {
    env: { HOST: '127.0.0.1', ...world.env, PORT: String(port), LOG_LEVEL: source.LOG_LEVEL ?? 'warn' },
    now: world.now,
    welcome: () =>
      process.stdout.write(
        `\n  Tocsin runs on this machine. Open ${world.url.replace(/\/$/, '')}\n  Break a system there, press Acknowledge, resolve it, and type /incident stats.\n  Or acknowledge nothing, let time pass, and see under Phones & mail who is called.\n  Ctrl-C ends everything.\n\n`,
      ),
    stop: () => world.stop(),
  };
}
