import { describe, expect, it } from 'vitest';
import type { Contacts } from '../../../src/app/contacts.ts';
import { TransientError } from '../../../src/app/errors.ts';
import { createCallWay } from '../../../src/paging/ways/call.ts';
import { createMailWay } from '../../../src/paging/ways/mail.ts';
import { createSmsWay } from '../../../src/paging/ways/sms.ts';
import { createSnsWay } from '../../../src/paging/ways/sns.ts';
import { createTextMessages } from '../../../src/paging/ways/text-message.ts';
import { eventually } from '../../support/eventually.ts';
import { CARD, createLines, notice, permalink, to, useSns } from './given.ts';

const REGION = 'ca-central-1';
const ANA = '+14165550101';
const BEN = '+14165550102';
const NUMBERS: Readonly<Record<string, string>> = { U0ANA: ANA, U0BEN: BEN };
const contacts: Pick<Contacts, 'of'> = { of: async (person) => ({ phone: NUMBERS[person] ?? null }) };

const sns = useSns();

describe('a text message', () => {
  const log = createLines();
  const way = (region: string | null = REGION) =>
    createSmsWay({ messages: createTextMessages(sns.clients, region), contacts, log });
  const send = (...people: string[]) => way().send({ kind: 'sms' }, [notice()], to(...people));

  it('comes to the phone of everybody who is meant', async () => {
    expect(await send('U0ANA', 'U0BEN')).toEqual({ ok: true, left: [] });

    const text = 'P1 Bikeshare (prod) INC-7: p95 latency is high. Ack in Slack.';
    expect(sns.texts.map(({ number, text: said }) => [number, said]).sort()).toEqual([
      [ANA, text],
      [BEN, text],
    ]);
  });

  it('cannot be sent when nobody has a number', async () => {
    const why = 'no phone number of any of them is known';

    expect(await send('U0CEM', 'U0DEE')).toEqual({ ok: false, why, isUsable: false });
    expect(await send('U0CEM')).toEqual({ ok: false, why: 'no phone number is known', isUsable: false });
  });

  it('cannot be sent to a group', async () => {
    const group = { people: [], groups: [{ id: 'S0TEAM', alias: null }], channel: null };

    expect(await way().send({ kind: 'sms' }, [notice()], group)).toMatchObject({ ok: false, isUsable: false });
  });

  it('counts when one of several was reached, and the log says who was not', async () => {
    sns.aws.sns.faults.add({ target: BEN, kind: 'denied' });

    expect(await send('U0ANA', 'U0BEN', 'U0CEM')).toEqual({ ok: true, left: [] });
    expect(sns.texts.map(({ number }) => number)).toEqual([ANA]);
    expect(log.text()).toContain('"person":"U0BEN"');
    expect(log.text()).toContain('"people":["U0CEM"]');
  });

  it('may work another time when SNS wants patience, fails or hangs up', async () => {
    for (const kind of ['throttled', 'internal', 'answer-lost'] as const) {
      sns.aws.sns.faults.add({ target: 'sms', kind });

      expect(await send('U0ANA')).toMatchObject({ ok: false, isUsable: true });
    }
    expect(sns.texts).toHaveLength(1); // of the lost answer, once: it is for the lane to try again
  });

  it('needs a person when the bot may not send any, and says which permission', async () => {
    sns.aws.sns.faults.add({ target: 'sms', kind: 'denied' });

    expect(await send('U0ANA')).toEqual({
      ok: false,
      why: expect.stringMatching(/AWS does not allow Publish in ca-central-1.*sns:publish/i),
      isUsable: false,
    });
  });

  it('is not sent to a number that has told AWS to stop, and the next way comes', async () => {
    sns.aws.sns.sms.optOut('+14165550109');
    const gone = { of: async () => ({ phone: '+14165550109' }) };
    const sms = createSmsWay({ messages: createTextMessages(sns.clients, REGION), contacts: gone, log });

    const sent = await sms.send({ kind: 'sms' }, [notice()], to('U0ANA'));

    expect(sent).toMatchObject({ ok: false, why: expect.stringContaining('told AWS to stop'), isUsable: false });
    expect(sns.texts).toEqual([]);
  });

  it('says that a region is missing', async () => {
    const sent = await way(null).send({ kind: 'sms' }, [notice()], to('U0ANA'));

    expect(sent).toMatchObject({ ok: false, why: expect.stringContaining('AWS_REGION is not set'), isUsable: false });
  });

  it('never repeats a number, whatever AWS says', async () => {
    const broken = { of: async () => ({ phone: '+0123456789012' }) };
    const sms = createSmsWay({ messages: createTextMessages(sns.clients, REGION), contacts: broken, log });

    const sent = await sms.send({ kind: 'sms' }, [notice()], to('U0ANA'));

    expect(sent).toMatchObject({ ok: false, why: expect.stringContaining('InvalidParameter'), isUsable: false });
    expect(JSON.stringify(sent) + log.text()).not.toMatch(/\d{7}/);
  });

  it('may work another time when it cannot be told which numbers there are', async () => {
    const away = { of: () => Promise.reject(new TransientError('Redis does not answer', { cause: null })) };
    const sms = createSmsWay({ messages: createTextMessages(sns.clients, REGION), contacts: away, log });

    expect(await sms.send({ kind: 'sms' }, [notice()], to('U0ANA'))).toEqual({
      ok: false,
      why: 'Redis does not answer',
      isUsable: true,
    });
  });

  it('never throws, and logs a mistake of ours', async () => {
    const buggy = { of: () => Promise.reject(new TypeError('x is undefined')) };
    const lines = createLines();
    const sms = createSmsWay({
      messages: createTextMessages(sns.clients, REGION),
      contacts: buggy,
      log: lines,
    });

    expect(await sms.send({ kind: 'sms' }, [notice()], to('U0ANA'))).toMatchObject({ ok: false, isUsable: true });
    expect(lines.lines).toHaveLength(1);
  });
});

describe('mail and calls', () => {
  const log = createLines();
  const people = { 'ana@example.com': { person: ['U0ANA'] }, 'ben@example.com': { person: ['U0BEN'] } };
  const mail = (topicArn: string | null) => createMailWay({ topicArn, aws: sns.clients, permalink, log });
  const call = (topicArn: string | null) => createCallWay({ topicArn, aws: sns.clients, log });

  it('reach the subscriptions that filter on the person, and no others', async () => {
    const arn = sns.topic('mail-each', people);

    expect(await mail(arn).send({ kind: 'mail' }, [notice()], to('U0BEN'))).toEqual({ ok: true, left: [] });

    await eventually('a mail', () => sns.mails.length > 0);
    expect(sns.mails).toMatchObject([
      { to: 'ben@example.com', subject: 'P1 Bikeshare (prod) INC-7: p95 latency is high' },
    ]);
    expect(sns.mails[0]?.text).toContain(CARD);
  });

  it('carry incident, severity, service and level for filters, and whether it is a drill', async () => {
    const filter = { incident: ['INC-7'], severity: ['P1'], service: ['bikeshare'], level: ['L2'], drill: ['false'] };
    const arn = sns.topic('mail-filter', { 'fits@example.com': filter, 'drills@example.com': { drill: ['true'] } });

    await mail(arn).send({ kind: 'mail' }, [notice()], to('U0ANA'));

    await eventually('a mail', () => sns.mails.length > 0);
    expect(sns.mails.map((one) => one.to)).toEqual(['fits@example.com']);
  });

  it('say a call in words for a voice', async () => {
    const arn = sns.topic('calls', people);

    await call(arn).send({ kind: 'call' }, [notice()], to('U0ANA', 'U0BEN'));

    await eventually('two calls', () => sns.mails.length === 2);
    expect(sns.mails[0]?.text).toContain('Severity P 1, incident 7, Bikeshare, prod.');
  });

  it('go out without a link when Slack does not tell it at once', async () => {
    const arn = sns.topic('mail-late', people);
    const silent = createMailWay({ topicArn: arn, aws: sns.clients, permalink: () => new Promise(() => {}), log });

    expect(await silent.send({ kind: 'mail' }, [notice()], to('U0ANA'))).toMatchObject({ ok: true });
    await eventually('a mail', () => sns.mails.length > 0);
    expect(sns.mails[0]?.text).not.toContain('In Slack:');
  });

  it('name the setting that is missing', async () => {
    const sent = [
      await mail(null).send({ kind: 'mail' }, [notice()], to('U0ANA')),
      await call(null).send({ kind: 'call' }, [notice()], to('U0ANA')),
    ];

    expect(sent).toEqual([
      { ok: false, why: 'MAIL_TOPIC_ARN is not set', isUsable: false },
      { ok: false, why: 'CALL_TOPIC_ARN is not set', isUsable: false },
    ]);
  });

  it('cannot be used while the topic is closed or gone', async () => {
    const arn = sns.topic('calls-closed', people);
    sns.aws.sns.faults.add({ target: arn, kind: 'endpoint-disabled' });

    expect(await call(arn).send({ kind: 'call' }, [notice()], to('U0ANA'))).toMatchObject({
      ok: false,
      why: expect.stringContaining('EndpointDisabled'),
      isUsable: false,
    });
    expect(await mail(`${arn}-gone`).send({ kind: 'mail' }, [notice()], to('U0ANA'))).toMatchObject({
      isUsable: false,
    });
  });
});

describe('a topic that a policy names', () => {
  const log = createLines();
  const way = (variables: Readonly<Record<string, string>>) =>
    createSnsWay({ aws: sns.clients, variables, permalink, log });

  it('hears of it by its ARN, or by the variable that holds it', async () => {
    const arn = sns.topic('team', { 'team@example.com': { severity: ['P0', 'P1'] } });

    expect(await way({}).send({ kind: 'sns', to: arn }, [notice()], to())).toEqual({ ok: true, left: [] });
    expect(await way({ TEAM: arn }).send({ kind: 'sns', to: '${TEAM}' }, [notice()], to())).toEqual({
      ok: true,
      left: [],
    });
    await eventually('two mails', () => sns.mails.length === 2);
  });

  it('is named by its variable alone when it is not set, or no topic', async () => {
    const send = (variables: Readonly<Record<string, string>>) =>
      way(variables).send({ kind: 'sns', to: '${TEAM}' }, [notice()], to());

    expect(await send({})).toEqual({ ok: false, why: 'TEAM is not set', isUsable: false });
    expect(await send({ TEAM: 'hunter2' })).toEqual({
      ok: false,
      why: 'TEAM is no standard SNS topic',
      isUsable: false,
    });
  });
});
