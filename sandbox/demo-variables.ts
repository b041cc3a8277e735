import { SANDBOX_KEYS } from './options.ts';
import { BIKESHARE } from './systems/bikeshare-names.ts';
import { BIKESHARE_BUCKET, POTATO_BUCKET } from './systems/buckets.ts';
import { LAST_GOOD_MODEL, MOVIE } from './systems/movie-names.ts';
import { RECOMMENDATION } from './systems/recommendation-names.ts';

type Variables = Readonly<Record<string, string>>;
type At = (path: string) => string;

/** Where the five systems of the demo company are, by the names that the service files use. `url`: the sandbox's, with a slash at the end. */
export function systemsVariables(url: string): Variables {
  const at: At = (path) => `${url}systems/${path}`;
  return { ...inAws(at), ...outside(at) };
}

function inAws(at: At): Variables {
  return {
    BIKESHARE_BUCKET,
    BIKESHARE_REPOSITORY: 'demo/bikeshare',
    BIKESHARE_RETRAIN_PIPELINE: BIKESHARE.pipeline,
    BIKESHARE_MODEL_GROUP: BIKESHARE.models,
    RECOMMENDATION_API_ID: RECOMMENDATION.apiId,
    RECOMMENDATION_ENDPOINT: RECOMMENDATION.endpoint,
    RECOMMENDATION_BUCKET: RECOMMENDATION.bucket,
    RECOMMENDATION_RETRAIN_PIPELINE: RECOMMENDATION.pipeline,
    RECOMMENDATION_REPOSITORY: 'demo/recommendation',
    RECOMMENDATION_FALLBACK_CONFIG: RECOMMENDATION.fallbackConfig,
    RECOMMENDATION_TICKET_URL: at('recommendation/hook/tickets'),
    RECOMMENDATION_TICKET_SECRET: SANDBOX_KEYS.hook,
  };
}

function outside(at: At): Variables {
  return {
    MOVIE_PROMETHEUS_URL: at('movie-recommender/prometheus'),
    MOVIE_ALERTMANAGER_URL: at('movie-recommender/alertmanager'),
    MOVIE_API_URL: at('movie-recommender/api'),
    MOVIE_REPOSITORY: MOVIE.repository,
    MOVIE_ECS_CLUSTER: MOVIE.cluster,
    MOVIE_LAST_GOOD_MODEL: LAST_GOOD_MODEL,
    MOVIE_GITHUB_API_URL: at('movie-recommender/github'),
    MOVIE_GITHUB_TOKEN: SANDBOX_KEYS.github,
    MOVIE_HOOK_URL: at('movie-recommender/hook/compose'),
    MOVIE_HOOK_SECRET: SANDBOX_KEYS.hook,
    POTATO_PROMETHEUS_URL: at('potato-pipeline/prometheus'),
    POTATO_ALERTMANAGER_URL: at('potato-pipeline/alertmanager'),
    POTATO_DATA_BUCKET: POTATO_BUCKET,
    POTATO_KUBERNETES_URL: at('potato-pipeline/kubernetes'),
    POTATO_KUBERNETES_TOKEN: SANDBOX_KEYS.kubernetes,
    POTATO_STATUSPAGE_URL: at('potato-pipeline/statuspage'),
    POTATO_STATUSPAGE_PAGE: SANDBOX_KEYS.statuspagePage,
    POTATO_STATUSPAGE_TOKEN: SANDBOX_KEYS.statuspage,
    POTATO_TICKET_URL: at('potato-pipeline/hook/tickets'),
    POTATO_TICKET_SECRET: SANDBOX_KEYS.hook,
    CREDIT_RISK_API_URL: at('credit-risk/api'),
    CREDIT_RISK_MLFLOW_URL: at('credit-risk/mlflow'),
    CREDIT_RISK_AIRFLOW_URL: at('credit-risk/airflow'),
    CREDIT_RISK_AIRFLOW_USER: SANDBOX_KEYS.airflowUser,
    CREDIT_RISK_AIRFLOW_PASSWORD: SANDBOX_KEYS.airflowPassword,
    CREDIT_RISK_HOOK_URL: at('credit-risk/hook/compose'),
    CREDIT_RISK_HOOK_SECRET: SANDBOX_KEYS.hook,
  };
}
