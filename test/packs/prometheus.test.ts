import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { ALARMS, has, read } from './shipped.ts';

const isPromtoolHere = has('promtool', '--version');
const run = promisify(execFile);

describe.skipIf(!isPromtoolHere)('for a real Prometheus', () => {
  it.each(readdirSync(ALARMS).filter((file) => file.endsWith('.rules.yml')))('%s is valid', async (file) => {
    const { stdout } = await run('promtool', ['check', 'rules', join(ALARMS, file)]);

    expect(stdout).toContain('SUCCESS');
  });

  it.each(readdirSync(join(ALARMS, 'tests')))('the rules do what %s says', async (file) => {
    const { stdout } = await run('promtool', ['test', 'rules', file], { cwd: join(ALARMS, 'tests') });

    expect(stdout).toContain('SUCCESS');
  });
});

describe.skipIf(!has('amtool', '--version'))('for a real Alertmanager', () => {
  it('the sample configuration is valid', async () => {
    const { stdout } = await run('amtool', ['check-config', join(ALARMS, 'alertmanager.yml')]);

    expect(stdout).toContain('SUCCESS');
  });
});

it('the sample Alertmanager tells of ends, leaves out nothing, and keeps its token in a file', () => {
  const { receivers } = parse(read('deploy/alarms/alertmanager.yml'));

  expect(receivers[0].webhook_configs).toEqual([
    {
      url: expect.stringMatching(/^https:\/\/.*\/webhooks\/alertmanager$/),
      send_resolved: true,
      max_alerts: 0,
      http_config: { authorization: { type: 'Bearer', credentials_file: expect.any(String) } },
    },
  ]);
});
