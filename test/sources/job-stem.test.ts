import { expect, it } from 'vitest';
import { stemOf } from '../../src/sources/job-stem.ts';

it.each([
  ['credit-risk-train-2026-11-22-05-58-00-123', 'credit-risk-train'],
  ['credit-risk-train-2026-11-22', 'credit-risk-train'],
  ['nightly-20261122', 'nightly'],
  ['nightly-20261122-055800', 'nightly'],
  ['nightly-20261122T055800Z', 'nightly'],
  ['nightly-1732255080', 'nightly'],
  ['score-0b9f1c2e-1111-4222-8333-444455556666', 'score'],
  ['score-0a1b2c3d4e5f', 'score'],
  ['model-monitoring-202603011100-0a1b2c3d4e5f', 'model-monitoring'],
  ['pipelines-p4jn9xou8a8s-Train-AbCdEfGhIj', 'pipelines-Train'],
  ['pipelines-p4jn9xou8a8s-Evaluate-Model-AbCdEfGhIj', 'pipelines-Evaluate-Model'],
])('%s is a run of %s', (name, stem) => {
  expect(stemOf(name)).toBe(stem);
});

it.each([
  'train',
  'train-v3',
  'top-10',
  'resnet-50',
  'feedface',
  'beef-decade',
  '2026-11-22',
  'a-2026',
])('%s has no mark of a run', (name) => {
  expect(stemOf(name)).toBe(name);
});
