/** Where the demo company's systems keep their data. */
export const BIKESHARE_BUCKET = 'bikeshare-data';
export const POTATO_BUCKET = 'potato-data-lake';
