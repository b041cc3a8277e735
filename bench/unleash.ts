import type { Request, Shots, Target } from './load/main.ts';
import { channelOf, channelsOf } from './services.ts';
import type { SlackCall } from './slack/calls.ts';
import { type Stage, until } from './stage.ts';
import { visibleOver, waits } from './visible.ts';

export const ALARMS = 5_000;
export const SECONDS = 10;
export const VISIBLE_WITHIN_S = 15;

/** How a storm is spread. */
export interface Scene {
  readonly what: string;
  readonly services: number;
  readonly channels: number;
}

/** What was sent, and what reached Slack. */
export interface Unleashed {
  readonly shots: Shots;
  readonly calls: readonly SlackCall[];
}

/** Sends different alarms of all services in turn, and watches Slack until all of them can be seen, or in vain for long. */
export async function unleash(
  { slack, load }: Stage,
  scene: Scene,
  target: Target,
  request: (service: number, alarm: number) => Request,
): Promise<Unleashed> {
  const requests = Array.from({ length: ALARMS }, (_, i) =>
    request(i % scene.services, Math.floor(i / scene.services)),
  );
  const shots = await load.call('fire', target, requests, (1_000 * SECONDS) / ALARMS);
  const calls: SlackCall[] = [];
  const isSeen = async () => {
    calls.push(...(await slack.call('calls')));
    return secondsUntilVisible(scene, { shots, calls }).every(Number.isFinite);
  };
  await until(isSeen, 2_000 * VISIBLE_WITHIN_S, 500);
  return { shots, calls };
}

/** For each alarm, how long after it was sent it could be seen; infinite when it could not. */
export function secondsUntilVisible(scene: Scene, { shots, calls }: Unleashed): number[] {
  return channelsOf(scene).flatMap((channel) => {
    const sent = shots.sentAt.filter((_, i) => channelOf(i % scene.services, scene) === channel);
    const steps = visibleOver(calls.filter((call) => call.channel === channel));
    return waits(sent, steps).map((ms) => ms / 1_000);
  });
}
