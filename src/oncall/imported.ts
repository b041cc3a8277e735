import type { Override, Rotation } from '../domain/rotation.ts';

/** What a schedule of another service becomes. */
export interface ImportedSchedule {
  /** More than one where the other service has several people on call at once. */
  readonly rotations: readonly Rotation[];
  /** Single shifts that somebody else has. */
  readonly overrides: readonly Override[];
  /** What does not fit and what was done about it, one sentence each. */
  readonly warnings: readonly string[];
  /** Who is not known in Slack. They keep their place in the order under the name that stands here, which a service file refuses: write their Slack user id. */
  readonly unknownPeople: readonly string[];
}
