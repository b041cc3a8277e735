import { expect, it } from 'vitest';
import type { SandboxMessage } from '../../../sandbox/api.ts';
import { channelRows, threadRows } from '../../../sandbox/page/channel/history.ts';

const message = (ts: string, more: Partial<SandboxMessage> = {}): SandboxMessage => ({
  ts,
  user: 'U1',
  text: 'hi',
  blocks: [],
  threadTs: null,
  edited: false,
  ephemeralFor: null,
  ...more,
});

it('counts replies under their root and leaves them out of the channel', () => {
  const messages = [
    message('100.1', { threadTs: '100.1' }),
    message('101.1', { threadTs: '100.1', user: 'U2' }),
    message('102.1', { threadTs: '100.1', user: 'U2' }),
  ];

  const rows = channelRows(messages);

  expect(rows.map((row) => row.message.ts)).toEqual(['100.1']);
  expect(rows[0]?.replies).toEqual({ count: 2, users: ['U2'], lastTs: '102.1' });
});

it('shows a thread with its root first', () => {
  const messages = [message('100.1'), message('101.1', { threadTs: '100.1' }), message('102.1')];

  expect(threadRows(messages, '100.1').map((row) => row.message.ts)).toEqual(['100.1', '101.1']);
});

it.each([
  ['soon after', message('150.1'), true],
  ['long after', message('900.1'), false],
  ['by another person', message('150.1', { user: 'U2' }), false],
  ['as a card', message('150.1', { blocks: [{ type: 'divider' }] }), false],
  ['for one person only', message('150.1', { ephemeralFor: 'U1' }), false],
])('leaves out the name of a message that follows %s: %#', (_how, next, compact) => {
  const rows = channelRows([message('100.1'), next]);

  expect(rows[1]?.compact).toBe(compact);
});
