import { describe, expect, it } from 'vitest';
import { checkPaging, type PagingChecks } from '../../src/cli/doctor/paging.ts';
import { parseService } from '../../src/config/services.ts';
import { useSns } from '../paging/ways/given.ts';

const sns = useSns();

function look(checks: Partial<PagingChecks> = {}) {
  return checkPaging({
    ...{ aws: sns.clients, services: [], mailTopic: null, callTopic: null, operatorsTopic: null },
    ...{ awsRegion: 'ca-central-1', hasWebhookSecret: true, ...checks },
  });
}

/** A service whose policy tells somebody in this way. */
function paging(via: string) {
  const file = `
owner: A
channel: C0A
fallback: true
roles: { on-call: { title: On-call engineer, people: [U0ANA] } }
escalation: { paths: [{ name: page, for: { severity: [P0] }, steps: [{ level: L1, notify: on-call, via: [dm, ${via}] }] }] }
`;
  const parsed = parseService(file, 'bikes.yml');
  if (!parsed.ok) throw new Error(JSON.stringify(parsed));
  return [parsed.service];
}

describe('the look at ways out of Slack', () => {
  it('says nothing where none is used', async () => {
    expect(await look()).toEqual([]);
  });

  it('finds a policy that sends SMS from no region', async () => {
    expect(await look({ services: paging('sms') })).toMatchObject([{ verdict: 'fine' }]);
    expect(await look({ services: paging('sms'), awsRegion: null })).toMatchObject([
      { verdict: 'wrong', what: 'bikes: pages go by SMS, and AWS_REGION is not set: none is sent' },
    ]);
  });

  it('finds a policy that posts to a webhook without a secret to sign with', async () => {
    const services = paging('{ webhook: "${PAGER_URL}" }');

    expect(await look({ services })).toEqual([]);
    expect(await look({ services, hasWebhookSecret: false })).toMatchObject([
      { verdict: 'wrong', what: expect.stringContaining('PAGE_WEBHOOK_SECRET is not set') },
    ]);
  });

  it('finds a topic to which nobody is subscribed, and one that is not there', async () => {
    const findings = await look({
      callTopic: sns.topic('doctor-empty', {}),
      operatorsTopic: 'arn:aws:sns:ca-central-1:123456789012:doctor-gone',
    });

    expect(findings).toMatchObject([
      { verdict: 'wrong', what: 'CALL_TOPIC_ARN: nobody is subscribed to doctor-empty, so nobody is reached by it' },
      { verdict: 'wrong', what: 'OPERATORS_TOPIC_ARN: there is no topic doctor-gone in its account and region' },
    ]);
  });

  it('finds a mailbox that gets the pages of everybody', async () => {
    const mailTopic = sns.topic('doctor-mail', { 'ana@example.com': { person: ['U0ANA'] } });
    expect(await look({ mailTopic })).toMatchObject([
      { verdict: 'fine', what: 'MAIL_TOPIC_ARN: 1 subscription to doctor-mail' },
    ]);

    sns.aws.sns.subscribe({ topicArn: mailTopic, protocol: 'email', endpoint: 'all@example.com', isAgreed: true });
    const findings = await look({ mailTopic });

    expect(findings).toMatchObject([
      { verdict: 'fine' },
      { verdict: 'warning', what: expect.stringContaining('1 subscription to doctor-mail without a filter on person') },
    ]);
    expect(JSON.stringify(findings)).not.toContain('@example.com');
  });

  it('finds one that its owner has not confirmed', async () => {
    const mailTopic = sns.topic('doctor-pending', {});
    sns.aws.sns.subscribe({
      ...{ topicArn: mailTopic, protocol: 'email', endpoint: 'ana@example.com' },
      filterPolicy: { person: ['U0ANA'] },
    });

    expect(await look({ mailTopic })).toMatchObject([
      { verdict: 'wrong', what: expect.stringContaining('nobody is subscribed') },
      { verdict: 'warning', what: 'MAIL_TOPIC_ARN: 1 subscription to doctor-pending not confirmed' },
    ]);
  });
});
