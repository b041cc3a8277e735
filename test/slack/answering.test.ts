import { expect, it } from 'vitest';
import { createAnswering } from '../../src/slack/answering.ts';

const MINUTE = 60_000;

/** Slack, which answers as it is told to, a minute after the time before; and since when it was silent, in minutes. */
function asked() {
  let minutes = 0;
  let answer: number | 'none' = 200;
  const answering = createAnswering(
    async () => {
      if (answer === 'none') throw new Error('no answer');
      return new Response('{}', { status: answer });
    },
    () => minutes * MINUTE,
  );
  return {
    async answers(...answers: (number | 'none')[]) {
      for (answer of answers) {
        minutes += 1;
        await answering.fetch('https://slack.test/api/chat.postMessage').catch(() => {});
      }
    },
    pass(more: number) {
      minutes += more;
    },
    silentSince() {
      const since = answering.silentSince();
      return since === null ? null : since / MINUTE;
    },
  };
}

it.each<[string, (number | 'none')[], number | null]>([
  ['is not said to be so before it was asked', [], null],
  ['is over with the first answer', [500, 'none', 200], null],
  ['is over with a refusal', ['none', 404], null],
  ['is over when it asks for patience', [503, 429], null],
  ['begins with the first answer that is none', [200, 'none', 500, 'none'], 2],
])('the silence of Slack %s', async (_, answers, since) => {
  const slack = asked();
  await slack.answers(...answers);

  expect(slack.silentSince()).toBe(since);
});

it('one answer that did not come long ago says nothing of now', async () => {
  const slack = asked();
  await slack.answers('none');
  slack.pass(60);
  expect(slack.silentSince()).toBeNull();

  await slack.answers('none');
  expect(slack.silentSince()).toBe(62);
});
