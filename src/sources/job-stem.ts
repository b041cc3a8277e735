/** SageMaker names the jobs of a pipeline after its execution and the step: `pipelines-0a1b2c3d4e5f-Train-AbCdEfGhIj`. */
const OF_PIPELINE = /^pipelines-[a-z0-9]{12}-(?<step>[\w-]+)-[A-Za-z0-9]{10}$/;

/** What makers of jobs put behind a name so that it is new: dates, times, epochs, UUIDs and hashes. */
const RUN_MARKS = [
  /-[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/,
  /-\d{4}-\d\d-\d\d(?:-?T?\d\d(?:-\d\d){0,2}(?:-\d{1,3})?)?Z?$/,
  /-\d{8}(?:[-T]?\d{4}(?:\d\d)?)?Z?$/,
  /-\d{9,17}$/,
  /-(?=[0-9a-f]*\d)(?=\d*[a-f])[0-9a-f]{7,64}$/,
];

/**
 * What the runs of one job have in common: `credit-risk-train-2026-11-22-05-58-00-123` is a run of `credit-risk-train`. Failure and
 * success of different runs are then about one condition, and service files can name it.
 */
export function stemOf(jobName: string): string {
  const step = OF_PIPELINE.exec(jobName)?.groups?.step;
  if (step) return `pipelines-${step}`;
  for (const mark of RUN_MARKS) {
    const stem = jobName.replace(mark, '');
    if (stem !== jobName && stem !== '') return stemOf(stem);
  }
  return jobName;
}
