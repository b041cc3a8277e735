/** How the demo company calls its parts. */
export const RECOMMENDATION = {
  apiId: 'r3c0mm3nd1',
  function: 'recommendation-inference',
  featuresFunction: 'recommendation-features',
  endpoint: 'recommendation-prod',
  fallbackConfig: 'recommendation-prod-popularity',
  bucket: 'recommendation-predictions',
  pipeline: 'recommendation-retrain',
} as const;
