import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { believe } from '../../src/cli/replay/belief.ts';
import { builderLink, plainBlocks, plainMrkdwn } from '../../src/cli/replay/plain-blocks.ts';
import { readRecording } from '../../src/cli/replay/recording.ts';
import { parseReplayArguments, replay, USAGE } from '../../src/cli/replay.ts';
import { createSnsSigner, type SnsSigner } from '../support/sns.ts';
import { run } from './run.ts';

const TOPIC = 'arn:aws:sns:eu-west-1:123456789012:sm-alerts';
const NOTHING_ELSE = { topic: null, services: null, json: false };
const AT = Date.UTC(2026, 2, 1, 12, 0, 0);

describe('npm run replay', () => {
  let dir: string;
  let certDir: string;
  let signer: SnsSigner;

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'tocsin-replay-'));
    certDir = dir;
    signer = await createSnsSigner({ topicArn: TOPIC, certDir, now: () => AT });
  });
  afterAll(() => rm(dir, { recursive: true, force: true }));

  it('tells what a recorded message means, who decides, what happens and how the card looks', async () => {
    const file = await recorded(signer.notification({ message: JSON.stringify(alarm('ALARM', 0)) }).body);

    const { code, stdout } = await run('replay', [file], { SNS_CERT_DIR: certDir, SNS_TOPIC_ARNS: TOPIC });

    expect(code).toBe(0);
    expect(stdout).toContain(`SNS envelope on ${TOPIC}, published 2026-03-01 12:00:00 UTC`);
    expect(stdout).toContain('✓ signature checked');
    expect(stdout).toMatch(/decided by +bikeshare alarms\[\d+\].*, by its pattern sm-prod-5XX/);
    expect(stdout).toMatch(/judged +P1 by rule .+\./);
    expect(stdout).toMatch(/says +P1, system, prod → C0BIKESHARE/);
    expect(stdout).toContain('INC-1: opened, alarms');
    expect(stdout).toMatch(/│ P1 · Bike share.* · The prod endpoint answers with server errors/);
    expect(stdout).toContain('[ Acknowledge ]');
    expect(stdout).toContain('https://app.slack.com/block-kit-builder/#%7B%22blocks%22');
    expect(stdout).not.toMatch(/Unsubscribe|SigningCert/);
  });

  it('says plainly what it has not checked', async () => {
    const file = await recorded(signer.notification({ message: 'the disk is full', subject: 'Disk' }).body);

    const stdout = (await told(file)).text;

    expect(stdout).toContain('! signature not checked: Its certificate is not in SNS_CERT_DIR.');
    expect(stdout).toMatch(/decided by +operators: no rule of any service matches/);
  });

  it('fails when the webhook would refuse the message', async () => {
    const { body } = signer.notification({ message: JSON.stringify(alarm('ALARM', 0)) });
    const file = await recorded(body.replace('sm-prod-5XX', 'sm-prod-4XX'));

    const { text, isRefused } = await told(file, { SNS_CERT_DIR: certDir });

    expect(isRefused).toBe(true);
    expect(text).toContain('✗ the webhook would refuse it: 403 bad_signature: the signature does not match.');
  });

  it('plays a list in order, from standard input, into one incident', async () => {
    const list = [alarm('ALARM', 0), alarm('OK', 4), alarm('ALARM', 6)];

    const { code, stdout } = await run('replay', ['-', '--json', '--topic', TOPIC], {}, JSON.stringify(list));

    const told = JSON.parse(stdout);
    expect(code).toBe(0);
    expect(told.alerts.map(({ incident }: { incident: string }) => incident)).toEqual(['INC-1', 'INC-1', 'INC-1']);
    expect(told.incidents[0].events.map(({ type }: { type: string }) => type)).toEqual(
      expect.arrayContaining(['opened', 'alarms', 'recovered']),
    );
    expect(told.alerts[0].decision).toMatchObject({ service: 'bikeshare', severity: 'P1', rule: { index: 0 } });
    expect(told.messages[0].topic).toBe(TOPIC);
  });

  it.each([
    ['a file that is not there', '/nowhere.json', '/nowhere.json cannot be read.'],
    ['what is no message', 'package.json', 'This is no message that is known.'],
  ])('refuses %s', async (_what, file, message) => {
    const answer = await replay({ ...NOTHING_ELSE, file }, {});

    expect(answer).toMatchObject({ ok: false, rejection: { message } });
  });

  it('says in a sentence that there are no service files', async () => {
    const { code, stdout, stderr } = await run('replay', ['-', '--services', '/nowhere'], {}, '{"detail-type":"x"}');

    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('The folder /nowhere cannot be read');
    expect(stderr).not.toContain('    at ');
  });

  it('lets no recorded text steer the terminal', async () => {
    const hostile = { ...alarm('ALARM', 0), AlarmName: 'a\u001b[2Jb', AlarmDescription: 'c\u001b]0;x\u0007\u202ed' };

    const stdout = (await told(await recorded(JSON.stringify(hostile)))).text;

    expect(stdout).toContain('Understood as');
    expect(['\u001b', '\u0007', '\u202e'].filter((mark) => stdout.includes(mark))).toEqual([]);
  });

  async function told(file: string, env: NodeJS.ProcessEnv = {}) {
    const answer = await replay({ ...NOTHING_ELSE, file }, env);
    if (!answer.ok) throw new Error(answer.rejection.message);
    return answer.value;
  }

  async function recorded(body: string): Promise<string> {
    const file = join(dir, 'recorded.json');
    await writeFile(file, body);
    return file;
  }
});

describe('the arguments of replay', () => {
  it.each([
    [[]],
    [['a.json', 'b.json']],
    [['a.json', '--topic', 'alarms']],
    [['a.json', '--toppic', TOPIC]],
  ])('are refused when they are %j', (args) => {
    expect(parseReplayArguments(args)).toMatchObject({ ok: false, rejection: { hint: USAGE } });
  });
});

describe('a recording', () => {
  const options = { topicArn: null, now: AT };

  it('of a Lambda event has one message for each record', () => {
    const Sns = { Type: 'Notification', TopicArn: TOPIC, Message: 'hello', Timestamp: '2026-03-01T12:00:00.000Z' };

    const read = readRecording(JSON.stringify({ Records: [{ Sns }, { Sns }] }), options);

    expect(read).toMatchObject({ ok: true, value: [{ kind: 'Lambda record' }, { notification: { publishedAt: AT } }] });
  });

  it('of a bare alarm takes the topic to be near the alarm', () => {
    const read = readRecording(JSON.stringify(alarm('OK', 0)), options);

    expect(read).toMatchObject({
      ok: true,
      value: [{ notification: { topic: { region: 'eu-west-1', name: 'replay' } } }],
    });
  });

  it.each([
    '',
    '{',
    '[]',
    'null',
    '{"Type":"SubscriptionConfirmation","Message":"x"}',
    '{"a":1}',
  ])('is refused when it is %j', (text) => {
    expect(readRecording(text, options)).toMatchObject({ ok: false });
  });

  it('of another topic than those listed would be refused', async () => {
    const signer = await createSnsSigner({ topicArn: TOPIC, now: () => AT });
    const read = readRecording(signer.notification({ message: 'x' }).body, options);
    const [recorded] = read.ok ? read.value : [];
    if (!recorded) throw new Error('the recording was not read');

    const belief = await believe(recorded, { topicArns: ['arn:aws:sns:eu-west-1:123456789012:other'], certDir: null });

    expect(belief).toMatchObject({ verdict: 'refused' });
  });
});

describe('blocks in a terminal', () => {
  it('read as the card does', () => {
    const text = plainMrkdwn('<https://x.test/a|Alarm> &lt;b&gt; since <!date^1^{time}|12:00 UTC> by <@U1>');

    expect(text).toBe('Alarm (https://x.test/a) <b> since 12:00 UTC by @U1');
  });

  it('are named when they are of another kind, and survive the way into the builder', () => {
    const blocks = [
      { type: 'divider' as const },
      { type: 'image' as const, image_url: 'https://x.test', alt_text: 'é&#' },
    ];

    expect(plainBlocks(blocks)).toBe('────\n(image)');
    expect(JSON.parse(decodeURIComponent(builderLink(blocks).split('#')[1] ?? ''))).toEqual({ blocks });
  });
});

function alarm(state: 'ALARM' | 'OK', minutes: number) {
  return {
    AlarmName: 'sm-prod-5XX',
    AlarmArn: 'arn:aws:cloudwatch:eu-west-1:123456789012:alarm:sm-prod-5XX',
    NewStateValue: state,
    NewStateReason: 'Threshold Crossed',
    StateChangeTime: new Date(AT - 1_000 + minutes * 60_000).toISOString(),
  };
}
