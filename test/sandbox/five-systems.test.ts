import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SandboxMessage, SandboxState } from '../../sandbox/api.ts';
import { eventually } from '../support/eventually.ts';
import { type Product, startProduct } from '../support/product.ts';

let product: Product;

beforeAll(async () => {
  product = await startProduct({ systems: true });
}, 90_000);

afterAll(() => product?.stop());

async function cardsIn(channel: string): Promise<readonly SandboxMessage[]> {
  const answer = await fetch(`${product.url}/api/state`);
  const state = (await answer.json()) as SandboxState;
  return (state.messages[channel] ?? []).filter(({ threadTs }) => threadTs === null);
}

const pictures = ({ blocks }: SandboxMessage) => blocks.filter(({ type }) => type === 'image');

describe('a system that fails gets the right card, by its own alarms', () => {
  it.each([
    {
      ...{ system: 'bikeshare', fault: '5xx-on-prod', channel: 'C0BIKESHARE', hasPicture: true },
      text: 'P1 critical, Bike share prod: The prod endpoint answers with server errors. Trouble: endpoint',
      runbook: 'The endpoint is slow, fails or is away',
    },
    {
      ...{ system: 'credit-risk', fault: 'drift-the-features', channel: 'C0CREDIT', hasPicture: false },
      text: 'P1 critical, Credit risk prod: Features have drifted. Trouble: drift.',
      runbook: 'Features have drifted',
    },
    {
      ...{ system: 'recommendation', fault: 'drift-the-features', channel: 'C0RECOMMEND', hasPicture: true },
      text: 'P2 warning, Recommendations prod: Features drift away from what the model was trained on. Trouble: drift.',
      runbook: 'Features or predictions drift',
    },
    {
      ...{ system: 'movie-recommender', fault: 'model-errors', channel: 'C0MOVIES', hasPicture: true },
      text: 'P1 critical, Movie recommender prod:',
      runbook: '',
    },
    {
      ...{ system: 'potato-pipeline', fault: 'stale-silver-data', channel: 'C0POTATO', hasPicture: true },
      text: 'P1 critical, Potato pipeline prod: Silver data is stale. Trouble: data ingestion.',
      runbook: 'Silver data is stale',
    },
  ])('$system: $fault', async ({ system, fault, channel, text, runbook, hasPicture }) => {
    await product.fault(system, fault, true);

    const card = await eventually(`the card of ${system}`, async () => {
      const found = (await cardsIn(channel)).find((one) => one.text.includes(text));
      const isWhole = found !== undefined && (!hasPicture || pictures(found).length > 0);
      return isWhole && JSON.stringify(found.blocks).includes('Measured:') ? found : null;
    });
    expect(JSON.stringify(card.blocks)).toContain(`*Runbook:* ${runbook}`);

    for (const { image_url: url } of pictures(card)) {
      const png = Buffer.from(await (await fetch(String(url))).arrayBuffer());
      expect(png.subarray(1, 4).toString()).toBe('PNG');
    }

    await product.fault(system, fault, false);
    await eventually(`the recovery of ${system}`, async () =>
      (await cardsIn(channel)).some((one) => /recovered/i.test(one.text)),
    );
  });
});
