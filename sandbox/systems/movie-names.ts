/** How the demo company calls its parts. */
export const MOVIE = { cluster: 'demo', service: 'movie-recommender', repository: 'demo/movie-recommender' } as const;

/** What the team has written down as well. */
export const LAST_GOOD_MODEL = 'v0.3';
