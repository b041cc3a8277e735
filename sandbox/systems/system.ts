import type { FastifyInstance } from 'fastify';
import type { SandboxRunning } from '../api.ts';
import type { Faults } from './faults.ts';

export const SYSTEMS = ['bikeshare', 'credit-risk', 'recommendation', 'movie-recommender', 'potato-pipeline'] as const;
export type SystemName = (typeof SYSTEMS)[number];

/** One of the five systems, running. */
export interface System {
  readonly name: SystemName;
  /** As its team calls it. */
  readonly title: string;
  readonly faults: Faults;
  /** What of it serves just now, and what is under way. */
  running(): readonly SandboxRunning[];
  /** Names of its alarms that fire. */
  firing(): readonly string[];
  /** Does what is due; called every second or two. True when an alarm changed. */
  tick(now: number): boolean | Promise<boolean>;
  /** What it serves over HTTP, under `/systems/<name>`. */
  readonly routes?: (app: FastifyInstance) => void;
}
