import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { SetupError, TransientError } from '../../src/app/errors.ts';
import type { Ask } from '../../src/domain/query.ts';
import { isForbiddenAddress } from '../../src/probes/guarded-fetch.ts';
import { ask, NOW, query } from './given.ts';
import { standIn } from './stand-in.ts';

describe('Prometheus', () => {
  const psi: Ask = { kind: 'prometheus', query: 'max by (feature) (data_drift_psi{service="{service}"})' };
  const sample = (ago: number, value: string) => [(NOW - ago) / 1_000, value];
  const says = (result: object[], more: object = {}) => ({
    '/api/v1/query_range': () => ({ json: { status: 'success', data: { resultType: 'matrix', result }, ...more } }),
  });

  it('is asked for the whole time with not too many steps, the last one now', async () => {
    const prometheus = await standIn(says([]));

    await ask(prometheus, query(psi));

    const asked = new URL(prometheus.asked[0]?.path ?? '', prometheus.url).searchParams;
    expect(asked.get('query')).toBe('max by (feature) (data_drift_psi{service="bikes"})');
    expect(Number(asked.get('end'))).toBe(NOW / 1_000);
    const [start, step] = [Number(asked.get('start')), Number(asked.get('step'))];
    expect((NOW / 1_000 - start) % step).toBe(0);
    expect((NOW / 1_000 - start) / step).toBeLessThanOrEqual(240);
  });

  it('gives the worst of several series and says which, leaving out what is no number', async () => {
    const prometheus = await standIn(
      says(
        [
          { metric: { __name__: 'psi', feature: 'hour' }, values: [sample(60_000, '0.1'), sample(0, '0.31')] },
          { metric: { feature: 'season' }, values: [sample(60_000, 'NaN'), sample(0, '0.12')] },
          { metric: { feature: 'wind' }, values: [sample(0, '+Inf')] },
        ],
        { warnings: ['PromQL warning: mixed'] },
      ),
    );

    const found = await ask(prometheus, query(psi));

    expect(found.text).toBe('0.31 (feature hour, the worst of 3)');
    expect(found).toMatchObject({ value: 0.31, at: NOW, rows: ['Prometheus warns: PromQL warning: mixed'] });
    expect(found.series.map(({ label, points }) => [label, points.length])).toEqual([
      ['feature hour', 2],
      ['feature season', 1],
    ]);
  });

  it('finds the worst among all series, and gives twenty of them', async () => {
    const features = Array.from({ length: 23 }, (_, i) => ({
      metric: { feature: `f${i + 1}` },
      values: [sample(0, i === 22 ? '0.9' : '0.1')],
    }));
    const prometheus = await standIn(says(features));

    const found = await ask(prometheus, query(psi));

    expect(found.text).toBe('0.9 (feature f23, the worst of 23)');
    expect(found.series.map(({ label }) => label)).toContain('feature f23');
    expect(found.series).toHaveLength(20);
  });

  it('does not take a series that has ended for what is now, however bad it was', async () => {
    const prometheus = await standIn(
      says([
        { metric: { pod: 'old' }, values: [sample(7_200_000, '9'), sample(3_600_000, '9')] },
        { metric: { pod: 'new' }, values: [sample(60_000, '0.1'), sample(0, '0.1')] },
      ]),
    );

    expect(await ask(prometheus, query(psi))).toMatchObject({ text: '0.1', value: 0.1, at: NOW });
  });

  it('has no value where all series have ended, and says since when', async () => {
    const prometheus = await standIn(
      says([{ metric: {}, values: [sample(7_200_000, '9'), sample(3_600_000, '0.1')] }]),
    );

    const found = await ask(prometheus, query(psi));

    expect(found).toMatchObject({ value: null, at: NOW - 3_600_000 });
    expect(found.text).toMatch(/^no data since .* UTC, the last was 0\.1$/);
    expect(found.series[0]?.points).toHaveLength(2);
  });

  it('takes the lowest for the worst of what is well above something', async () => {
    const prometheus = await standIn(
      says([
        { metric: { model: 'a' }, values: [sample(0, '0.7')] },
        { metric: { model: 'b' }, values: [sample(0, '0.5')] },
      ]),
    );
    const expect055 = { kind: 'number', direction: 'above', limit: 0.55, inclusive: true } as const;

    expect((await ask(prometheus, query(psi, { expect: expect055 }))).value).toBe(0.5);
  });

  it('tells no data from no number', async () => {
    const prometheus = await standIn(says([]));
    expect(await ask(prometheus, query(psi))).toMatchObject({ text: 'no data in this time', value: null });

    prometheus.says(says([{ metric: {}, values: [sample(0, 'NaN')] }]));
    expect(await ask(prometheus, query(psi))).toMatchObject({ text: expect.stringMatching(/^no number/), value: null });
  });

  it('says what Prometheus says about a query that it refuses', async () => {
    const error = { status: 'error', errorType: 'bad_data', error: 'parse error: unexpected <by>' };
    const prometheus = await standIn({ '/api/v1/query_range': () => ({ json: error, status: 400 }) });
    const refused = ask(prometheus, query(psi));
    await expect(refused).rejects.toThrow(SetupError);
    await expect(refused).rejects.toThrow('refuses the query “q”: parse error: unexpected <by>');

    prometheus.says({ '/api/v1/query_range': () => ({ text: 'busy', status: 503 }) });
    await expect(ask(prometheus, query(psi))).rejects.toThrow(TransientError);
  });

  it('names the address that is missing', async () => {
    const prometheus = await standIn();

    await expect(ask(prometheus, query(psi), { at: { prometheus: null } })).rejects.toThrow(
      'bikes has no address of prometheus in prod: add environments.prod.prometheus.',
    );
  });
});

describe('a web address', () => {
  const page = (pick: string | null, url = '{api}/stats'): Ask => ({ kind: 'http', url, pick });

  it('answers with its status, also when that is bad', async () => {
    const api = await standIn({ '/stats': () => ({ text: 'down', status: 503 }) });

    expect(await ask(api, query(page(null)))).toMatchObject({ text: '503', value: 503 });
  });

  it.each([
    ['stats.last_hour', { text: '3.1 %', value: 0.031 }],
    ['items.0.name', { text: 'first', value: null }],
    ['ok', { text: 'true', value: null }],
  ])('gives the value at %s', async (pick, expected) => {
    const api = await standIn({
      '/stats': () => ({ json: { stats: { last_hour: 0.031 }, items: [{ name: 'first' }], ok: true } }),
    });

    expect(await ask(api, query(page(pick), { unit: 'Share' }))).toMatchObject(expected);
  });

  it('does not take an error for a value', async () => {
    const api = await standIn({ '/stats': () => ({ json: { stats: 1 }, status: 500 }) });
    await expect(ask(api, query(page('stats')))).rejects.toThrow(TransientError);

    api.says({ '/stats': () => ({ json: { other: 1 } }) });
    await expect(ask(api, query(page('stats')))).rejects.toThrow(/has no “stats”/);
    api.says({ '/stats': () => ({ text: '<html>' }) });
    await expect(ask(api, query(page('stats')))).rejects.toThrow(/does not answer with JSON/);
    await expect(ask(api, query(page('__proto__', '{api}/stats')))).rejects.toThrow(SetupError);
  });

  it('does not follow to somewhere else', async () => {
    const other = await standIn({ '/': () => ({ text: 'secret' }) });
    const api = await standIn({ '/stats': () => ({ text: '', status: 302, headers: { location: other.url } }) });

    expect((await ask(api, query(page(null)))).text).toBe('302');
    await expect(ask(api, query(page('stats')))).rejects.toThrow(/answers 302, not with a value/);
    expect(other.asked).toEqual([]);
  });

  it('sends a user of the address, and never says it', async () => {
    const api = await standIn({ '/stats': () => ({ text: 'no', status: 401 }) });
    const url = api.url.replace('//', '//ana:s%23cret@');

    const refused = ask(api, query(page('x', `${url}/stats`)));

    await expect(refused).rejects.toThrow(SetupError);
    await expect(refused).rejects.not.toThrow(/ana|s#cret|s%23cret/);
    expect(api.asked[0]?.headers.authorization).toBe(`Basic ${Buffer.from('ana:s#cret').toString('base64')}`);
  });

  it.each([
    '50%off',
    'caf%E9',
  ])('takes the password %s for what it says, since it was not encoded', async (password) => {
    const api = await standIn({ '/stats': () => ({ text: 'no', status: 401 }) });
    const url = api.url.replace('//', `//ana:${password}@`);

    await expect(ask(api, query(page('x', `${url}/stats`)))).rejects.toThrow(SetupError);

    expect(api.asked[0]?.headers.authorization).toBe(`Basic ${Buffer.from(`ana:${password}`).toString('base64')}`);
  });

  it('is not read without end', async () => {
    const api = await standIn({ '/stats': () => ({ text: 'x'.repeat(1_100_000) }) });

    await expect(ask(api, query(page('stats')))).rejects.toThrow(/answers with more than 1000 kB/);
  });

  it('says in words when nobody is there, or nobody answers', async () => {
    const api = await standIn({ '/stats': () => 'hang' });

    await expect(ask(api, query(page(null)), { signal: AbortSignal.timeout(50) })).rejects.toThrow(
      /did not answer in time/,
    );
    const gone = await closedAddress();
    await expect(ask(api, query(page(null, gone)))).rejects.toThrow(`${new URL(gone).host} refuses the connection`);
  });

  it('may be named', async () => {
    const api = await standIn({ '/stats': () => ({ text: 'well' }) });

    expect((await ask(api, query(page(null, `${api.url.replace('127.0.0.1', 'localhost')}/stats`)))).text).toBe('200');
  });

  it.each([
    'http://169.254.169.254/latest/',
    'http://[fd00:ec2::254]/',
    'http://100.100.100.200/latest/meta-data/',
    'http://192.0.0.192/latest/',
    'http://168.63.129.16/machine/',
    'http://[64:ff9b::a9fe:a9fe]/',
    'http://[::ffff:169.254.169.254]/',
    'http://2852039166/',
  ])('is not asked where clouds keep credentials: %s', async (url) => {
    const api = await standIn();

    await expect(ask(api, query(page(null, url)))).rejects.toThrow(/link-local address/);
  });

  it('may be anywhere else inside', () => {
    expect(
      ['127.0.0.1', '10.0.0.1', '192.168.1.1', '::1', 'prometheus.svc', '169.253.1.1'].filter(isForbiddenAddress),
    ).toEqual([]);
  });
});

describe('MLflow', () => {
  const API = '/api/2.0/mlflow/registered-models';
  const model = (more: Partial<Extract<Ask, { kind: 'mlflow' }>>): Ask => ({
    ...{ kind: 'mlflow', model: '{endpoint}-model', alias: null, stage: null },
    ...more,
  });
  const version = (number: string, more: object = {}) => ({
    ...{ version: number, run_id: '3f2a1b2c4d5e', current_stage: 'None', creation_timestamp: String(NOW - 3_600_000) },
    ...more,
  });

  it('tells the version with the alias', async () => {
    const mlflow = await standIn({ [`${API}/alias`]: () => ({ json: { model_version: version('7') } }) });

    const found = await ask(mlflow, query(model({ alias: 'champion' })));

    expect(found).toMatchObject({ text: 'version 7 (run 3f2a1b2c), registered 22 Nov 01:10 UTC', word: '7', value: 7 });
    expect(mlflow.asked[0]?.path).toBe(`${API}/alias?name=bikes-model&alias=champion`);
  });

  it('tells the newest version of a stage, or of all', async () => {
    const mlflow = await standIn({
      [`${API}/get-latest-versions`]: () => ({
        json: {
          model_versions: [
            version('9', { current_stage: 'Production' }),
            version('10', { current_stage: 'Production' }),
          ],
        },
      }),
      [`${API}/get`]: () => ({ json: { registered_model: { latest_versions: [version('11')] } } }),
    });

    expect((await ask(mlflow, query(model({ stage: 'Production' })))).text).toMatch(
      /^version 10 \(run 3f2a1b2c, Production\)/,
    );
    expect((await ask(mlflow, query(model({})))).word).toBe('11');
  });

  it('says what MLflow says when there is no such model', async () => {
    const error = {
      error_code: 'RESOURCE_DOES_NOT_EXIST',
      message: 'Registered Model with name=bikes-model not found',
    };
    const mlflow = await standIn({ [`${API}/alias`]: () => ({ json: error, status: 404 }) });

    await expect(ask(mlflow, query(model({ alias: 'champion' })))).rejects.toThrow(
      /Registered Model with name=bikes-model/,
    );
  });
});

/** Where nobody listens any more. */
async function closedAddress(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/`;
}
