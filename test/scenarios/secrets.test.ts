import { expect } from 'vitest';
import { SANDBOX_APP } from '../../sandbox/options.ts';
import { eventually } from '../support/eventually.ts';
import { it } from '../support/scenario.ts';

it.concurrent.for([
  ['Socket Mode', false],
  ['HTTP', true],
] as const)(
  'writes no secret into the most talkative log with %s',
  { timeout: 60_000 },
  async ([, http], { start }) => {
    const { slack, alarms, ana, ben, settles, ...world } = await start({ http });
    const bot = await world.botProcess({ LOG_LEVEL: 'trace' });
    await eventually('a connection', () => http || slack.slack.sockets.connected());

    alarms.askToConfirm(`${world.botUrl}/webhooks/sns`);
    await eventually('a confirmed subscription', () => alarms.confirmed());
    await alarms.fires('sm-prod-5XX');
    const card = await slack.card('INC-1');
    await ana.clicks(card, 'Acknowledge');
    await card.says('@ana has it');
    await ben.clicks(card, 'Acknowledge').catch(() => undefined);
    await ana.types('/incident stats');
    await ana.hears('MTTA');
    await ana.clicks(card, 'Resolve');
    await ana.submits({ symptoms: '5xx', cause: 'a bad deploy', fix: 'rolled back' });
    await card.says('rolled back');
    alarms.endSubscription();
    await eventually('a notice', () => slack.notices().length > 0);
    await settles();
    await bot.stop();

    const output = bot.output();
    expect(output).toContain('Tocsin is awake');
    const { botToken, appToken, signingSecret } = SANDBOX_APP;
    const secrets = [botToken, appToken, signingSecret, '/slack/respond/', 'ConfirmSubscription', 'Action=Unsubscribe'];
    const tokens = alarms.tokens();
    expect(tokens.length).toBeGreaterThan(0);
    expect([...secrets, ...tokens].filter((secret) => output.includes(secret))).toEqual([]);
  },
);
