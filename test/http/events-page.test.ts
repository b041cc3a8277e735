import { execFile, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { TOKEN, webhookWorld } from './webhook-world.ts';

const PAGE = readFileSync(join(import.meta.dirname, '../../docs/events.md'), 'utf8');
const LANGUAGES = { sh: ['sh', '-euc'], python: ['python3', '-c'] } as const;
const NEEDED = ['curl', 'openssl', 'python3'];
const missing = NEEDED.filter((tool) => spawnSync(tool, ['--version']).error !== undefined);
if (missing.length > 0)
  process.stderr.write(`Skipped: the examples of docs/events.md, for want of ${missing.join()}.\n`);

/** What the examples do, one after the other as they stand on the page. */
const DONE = [
  { alerts: ['drift-report firing'], heard: 0, changes: 0 },
  { alerts: ['retraining-failed firing', 'retraining-failed recovered'], heard: 0, changes: 0 },
  { alerts: ['f1 firing'], heard: 1, changes: 1 },
  { alerts: ['drift-report firing'], heard: 0, changes: 0 },
  { alerts: [], heard: 1, changes: 0 },
];

const examples = [...PAGE.matchAll(/```(?<language>sh|python)\n(?<code>[\s\S]*?)```/g)].map(({ groups }) => ({
  language: groups?.language as keyof typeof LANGUAGES, // the pattern's own words
  code: groups?.code ?? '',
}));

describe.skipIf(missing.length > 0)('the examples of docs/events.md', () => {
  it('are all known here', () => {
    expect(examples).toHaveLength(DONE.length);
  });

  it.each(DONE.map((done, i) => [i + 1, done] as const))('do what they say: number %i', async (number, done) => {
    const { app, alerts, heard, recorded, counted } = webhookWorld({ now: Date.now });
    const url = await app.listen({ host: '127.0.0.1', port: 0 });
    const { language, code } = examples[number - 1] ?? { language: 'sh', code: 'false' };
    const [program, option] = LANGUAGES[language];

    await promisify(execFile)(program, [option, code], {
      env: { PATH: process.env.PATH, TOCSIN_URL: url, EVENTS_TOKEN: TOKEN },
    });
    await app.close();

    expect(alerts().map(({ name, state }) => `${name} ${state}`)).toEqual(done.alerts);
    expect([heard.length, recorded.length]).toEqual([done.heard, done.changes]);
    expect(new Set(counted)).toEqual(new Set(['events stored']));
  });

  it('try again from Python while Tocsin is away, and say what is wrong with an event', async () => {
    const python = examples.find(({ language }) => language === 'python')?.code ?? '';
    let isAway = true;
    const { app, counted } = webhookWorld({
      accept: async () => {
        if (!isAway) return 'stored';
        isAway = false;
        throw new Error('away');
      },
    });
    const url = await app.listen({ host: '127.0.0.1', port: 0 });
    const run = (code: string) =>
      promisify(execFile)('python3', ['-c', code], {
        env: { PATH: process.env.PATH, TOCSIN_URL: url, EVENTS_TOKEN: TOKEN },
      });

    await run(python);
    const refused = await run(python.replace('"value": 0.42', '"value": "0.42"')).catch(({ stderr }) => String(stderr));
    await app.close();

    expect(counted).toEqual(['events unavailable', 'events stored', 'events bad_event']);
    expect(refused).toContain('value must be a number, without quotes');
  });
});
