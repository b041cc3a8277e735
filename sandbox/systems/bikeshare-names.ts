/** How the demo company calls its parts. */
export const BIKESHARE = { pipeline: 'bikeshare-retrain', models: 'bikeshare-models' } as const;
