/** Something that was changed on purpose in a system that Tocsin watches: the first suspect when an alarm fires. */
export interface Change {
  /** The source's own id: the same change that is told twice is one. */
  readonly id: string;
  readonly at: number;
  readonly kind: 'deployment' | 'endpoint' | 'pipeline' | 'training' | 'model' | 'alarm' | 'other';
  /** What was changed, by the name that service files claim with `changes`: an endpoint, a pipeline, a repository. */
  readonly subject: string;
  /** One line, plain foreign text: `Endpoint bikeshare-prod is updating from v41 to v42`. */
  readonly text: string;
  /** Who did it, as the source names them. */
  readonly by: string | null;
  readonly url: string | null;
}
