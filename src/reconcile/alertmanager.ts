import { SetupError, TransientError } from '../app/errors.ts';
import { get, jsonIn } from '../probes/web.ts';
import { type Fields, fieldsOf, textOf } from '../sources/foreign-fields.ts';
import { timeOf } from '../sources/foreign-time.ts';

/** One alert that Alertmanager has, silenced or not. */
export interface HeldAlert {
  readonly fingerprint: string;
  /** Neither silenced nor inhibited. */
  readonly isActive: boolean;
  /** In the words of its webhook. */
  readonly fields: Fields;
}

export interface Alertmanager {
  /** Everything that fires, by its own account. */
  alerts(base: string, signal: AbortSignal): Promise<HeldAlert[]>;
  /** Since when it runs, epoch ms. */
  upSince(base: string, signal: AbortSignal): Promise<number>;
}

const MAX_BYTES = 16_000_000;

/**
 * Alertmanager's API, version 2. Both functions throw TransientError and SetupError.
 * https://github.com/prometheus/alertmanager/blob/main/api/v2/openapi.yaml
 */
export function createAlertmanager(doFetch: typeof fetch): Alertmanager {
  async function ask(base: string, path: string, signal: AbortSignal): Promise<unknown> {
    const url = `${base.replace(/\/+$/, '')}/api/v2/${path}`;
    const { status, body } = await get({ fetch: doFetch, url, signal, maxBytes: MAX_BYTES });
    const host = URL.parse(url)?.host ?? base;
    if (status >= 500 || status === 429) throw new TransientError(`${host} answers ${status}`, { cause: undefined });
    if (status !== 200) throw new SetupError(`${host} answers ${status} for /api/v2/${path}: is it an Alertmanager?`);
    return jsonIn(body, host);
  }

  return {
    async alerts(base, signal) {
      const found = await ask(base, 'alerts', signal);
      if (!Array.isArray(found))
        throw new SetupError(`${URL.parse(base)?.host} does not answer with a list of alerts.`);
      return found.flatMap((one) => readHeld(fieldsOf(one)) ?? []);
    },
    async upSince(base, signal) {
      const since = timeOf(fieldsOf(await ask(base, 'status', signal))?.uptime);
      if (since === null) throw new SetupError(`${URL.parse(base)?.host} does not say since when it runs.`);
      return since;
    },
  };
}

function readHeld(fields: Fields | null): HeldAlert | null {
  const fingerprint = textOf(fields?.fingerprint);
  if (!fields || fingerprint === null) return null;
  const isActive = textOf(fieldsOf(fields.status)?.state) === 'active';
  return { fingerprint, isActive, fields: { ...fields, status: 'firing' } };
}
