import { median } from '../numbers.ts';
import type { Row } from '../result.ts';
import { onStage } from '../stage.ts';

const STARTS = 5;

/** From the start of the process to the first good answers. */
export async function startup(): Promise<Row[]> {
  return onStage({ services: 5, channels: 5, rateLimits: false }, async (stage) => {
    const healthy: number[] = [];
    const ready: number[] = [];
    for (let i = 0; i < STARTS; i++) {
      const bot = await stage.startBot();
      healthy.push(bot.healthyAfter);
      ready.push(bot.readyAfter);
      await bot.stop();
    }
    return [
      { what: `start to /healthz, median of ${STARTS}`, value: median(healthy), unit: 'ms' },
      { what: `start to /readyz, median of ${STARTS}`, value: median(ready), unit: 'ms' },
    ];
  });
}
