import { describe, expect, it } from 'vitest';
import { pointAlias, publish } from '../../sandbox/aws/lambda/functions.ts';
import { createAwsClients } from '../../src/aws/clients.ts';
import { action, world } from '../actions/given.ts';
import { useSandboxAws } from '../actions/targets/aws-given.ts';
import { useRedis } from '../support/redis.ts';

const redis = useRedis();
const sandbox = useSandboxAws();
const ROLE = 'arn:aws:iam::123456789012:role/tocsin-act';
const clock = { now: Date.now() };

async function given(role: string) {
  const { aws, clients, endpoint } = sandbox.at(clock);
  const held = aws.lambda.add('ingest');
  for (const release of ['first', 'second']) publish(held, release, clock.now);
  pointAlias(held, 'live', '2');
  const acting = createAwsClients({ endpoint, once: true, role });
  const back = action('back', { heals: false, lambda_alias: { function: 'ingest', alias: 'live' } });
  return {
    aws,
    here: await world({ redis: redis.client(), actions: [back], target: { aws: clients, acting }, clock }),
  };
}

describe('an action with ACT_ROLE_ARN', () => {
  it('changes things as that role', async () => {
    const { aws, here } = await given(ROLE);
    const run = await here.untilEnded(await here.approved('back'));

    expect(run.state).toBe('done');
    expect(aws.lambda.changes.at(-1)).toMatchObject({
      operation: 'UpdateAlias',
      principal: 'arn:aws:sts::123456789012:assumed-role/tocsin-act/tocsin-action',
    });
  });

  it('looks with the rights of the process', async () => {
    const { aws, here } = await given(ROLE);
    aws.lambda.faults.deny('GetAlias');

    await expect(here.approved('back')).rejects.toThrow(
      'AWS does not allow GetAlias in eu-central-1 to sandbox. Allow lambda:GetAlias; deploy/iam/read-role.json',
    );
  });

  it('says that the act role lacks a permission', async () => {
    const { aws, here } = await given(ROLE);
    const id = await here.approved('back');
    aws.lambda.faults.deny('UpdateAlias');
    const run = await here.untilEnded(id);

    expect([run.state, run.why]).toEqual([
      'failed',
      'Nothing was changed: AWS does not allow UpdateAlias in eu-central-1 to tocsin-act. Allow lambda:UpdateAlias; deploy/iam/act-role.json has all that actions need, for the role of ACT_ROLE_ARN.',
    ]);
  });

  it('changes nothing, and says so, when nobody may take on that role', async () => {
    const role = 'arn:aws:iam::123456789012:role/strangers';
    const { aws, here } = await given(role);
    aws.sts.distrust(role);
    const before = aws.lambda.changes.length;
    const run = await here.untilEnded(await here.approved('back'));

    expect([run.state, aws.lambda.changes.length]).toEqual(['failed', before]);
    expect(run.why).toContain('Allow sts:AssumeRole; deploy/iam/read-role.json');
  });
});
