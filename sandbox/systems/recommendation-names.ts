/** How the demo company calls its parts. */
export const RECOMMENDATION = {
  apiId: 'r3c0mm3nd1',
  function: 'recommendation-inference',
  endpoint: 'recommendation-prod',
  bucket: 'recommendation-predictions',
  pipeline: 'recommendation-retrain',
} as const;
