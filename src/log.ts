import { type Logger, pino } from 'pino';

const SECRET_KEYS = [
  'token',
  'authorization',
  'Authorization',
  'secret',
  'response_url',
  'trigger_id',
  'SubscribeURL',
  'UnsubscribeURL',
  'Token',
];

/** JSON lines on stdout. Known secret fields are struck out wherever they stand; message texts are never logged. */
export function createLog(level: string): Logger {
  return pino({
    level,
    base: null,
    redact: { paths: SECRET_KEYS.flatMap((key) => [key, `*.${key}`, `*.*.${key}`]), censor: '[secret]' },
    serializers: { err: describe },
  });
}

/** What an error says, without what a foreign SDK has hung on it (request headers, answers, configuration). */
function describe(error: unknown): unknown {
  if (!(error instanceof Error)) return { message: String(error) };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  return {
    type: error.name,
    message: error.message,
    ...(code && { code }),
    stack: error.stack,
    ...(error.cause instanceof Error && { cause: { type: error.cause.name, message: error.cause.message } }),
  };
}
