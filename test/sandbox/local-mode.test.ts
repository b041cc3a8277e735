import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { type LocalMode, startLocalMode } from '../support/local-mode.ts';

const SERVICES = {
  bikeshare: `
title: Bike share
owner: Demand forecasting
channel: C0BIKESHARE
roles:
  first: { title: First, for: Everything, people: U0ANA }
  second: { title: Second, for: What the first does not answer, people: U0BEN }
escalation:
  paths:
    - name: critical
      steps:
        - { level: L1, notify: first, via: dm }
        - { level: L2, after: 15m, notify: second, via: call }
        - { level: L3, after: 60m, notify: { person: U0CHLOE }, via: mail }
alarms:
  - { match: sm-prod-5XX, severity: P1, title: The prod endpoint answers with errors }
`,
};
const MINUTE_MS = 60_000;

describe('local mode, whose clock a person moves', () => {
  let local: LocalMode;
  let begunAt: number;

  beforeAll(async () => {
    local = await startLocalMode(SERVICES);
  }, 120_000);

  afterAll(() => local?.end(), 180_000);

  const messagesOf = async (person: string, channel: string) => (await local.state(person)).messages[channel] ?? [];
  const boxOf = async (person: string) => {
    const { boxes } = await local.state(person);
    return boxes.find(({ id }) => id === person)?.items ?? [];
  };
  const move = (minutes: number) => local.act('U0ANA', { type: 'clock', minutes });

  it('tells the first level at once, by direct message', async () => {
    await local.act('U0ANA', { type: 'alarm', name: 'sm-prod-5XX', do: 'fire' });

    const [page] = await eventually('Ana is told', async () => {
      const told = await messagesOf('U0ANA', 'D0ANA');
      return told.length > 0 && told;
    });
    begunAt = Number(page?.ts) * 1000;
    expect(page?.text).toContain('The prod endpoint answers with errors');
    expect(await boxOf('U0BEN')).toEqual([]);
  });

  it('rings the second level’s phone when 15 minutes have passed on the page', async () => {
    expect(await move(15)).toEqual({ ok: true });

    const [call] = await eventually('Ben’s phone rings', async () => {
      const calls = await boxOf('U0BEN');
      return calls.length > 0 && calls;
    });
    expect(call).toMatchObject({ kind: 'call', text: expect.stringContaining('The prod endpoint') });
    expect(call?.at).toBeGreaterThanOrEqual(begunAt + 14 * MINUTE_MS);
    expect(await boxOf('U0CHLOE')).toEqual([]);
  });

  it('hears people at the new time', async () => {
    const typed = await local.act('U0BEN', { type: 'message', channel: 'C0BIKESHARE', text: '/incident ack INC-1' });
    await eventually('the card says so', async () => {
      const [card] = await messagesOf('U0BEN', 'C0BIKESHARE');
      return card !== undefined && /acknowledged/i.test(card.text);
    });
    const moved = await move(60);

    expect([typed, moved]).toEqual([{ ok: true }, { ok: true }]);
  });

  it('takes alarms whose messages are stamped with the new time, and has paged nobody whom an acknowledgement spared', async () => {
    await local.act('U0ANA', { type: 'alarm', name: 'sm-prod-5XX', do: 'recover' });

    await eventually('the card says that it has recovered', async () => {
      const [card] = await messagesOf('U0BEN', 'C0BIKESHARE');
      return card !== undefined && /recovered|resolved/i.test(card.text);
    });
    // The third level's hour has passed while somebody had the incident.
    expect(await boxOf('U0CHLOE')).toEqual([]);
  });

  it('does not go back when it is started again', async () => {
    const { clock: before } = await local.state('U0ANA');
    local = await local.restart();
    const { clock: after } = await local.state('U0ANA');

    expect(before).toEqual({ aheadMs: 75 * MINUTE_MS, isMovable: true });
    expect(after).toEqual(before);
  }, 120_000);
});
