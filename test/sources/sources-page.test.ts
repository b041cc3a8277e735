import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { parseService } from '../../src/config/services.ts';
import { readsEvent } from '../../src/sources/eventbridge.ts';

const PAGE = readFileSync(join(import.meta.dirname, '../../docs/sources.md'), 'utf8');
const blocks = (language: string) =>
  [...PAGE.matchAll(/```(?<language>\w+)\n(?<code>[\s\S]*?)```/g)].flatMap(({ groups }) =>
    groups?.language === language ? [groups.code ?? ''] : [],
  );

describe('docs/sources.md', () => {
  it('asks EventBridge for events that are read', () => {
    const pattern = JSON.parse(blocks('json')[0] ?? '{}') as { 'detail-type': string[] }; // ours

    expect(pattern['detail-type'].length).toBeGreaterThan(5);
    expect(pattern['detail-type'].filter((type) => !readsEvent(type))).toEqual([]);
  });

  it('shows rules as service files have them', () => {
    const [rules = ''] = blocks('yaml').filter((code) => 'alarms' in parse(code));

    expect(parseService(`owner: A\nchannel: C01\n${rules}`, 'bikeshare.yml')).toMatchObject({ ok: true });
  });

  it('shows a receiver as Alertmanager has it', () => {
    const receiver = blocks('yaml')
      .map((code) => parse(code))
      .find((code) => 'receivers' in code)?.receivers[0];

    expect(receiver.webhook_configs[0]).toMatchObject({
      url: expect.stringMatching(/^https:\/\/.*\/webhooks\/alertmanager$/),
      send_resolved: true,
      http_config: { authorization: { credentials_file: expect.any(String) } },
    });
  });
});
