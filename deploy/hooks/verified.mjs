/**
 * What the receivers beside this file share: a server that does what Tocsin asks for, and nothing else. A request must be signed with
 * HOOK_SECRET over its timestamp and its bytes, be at most five minutes old, and have an Idempotency-Key; what was asked for under a
 * key is done once, as long as the process lives. How requests are signed: docs/paging.md. Needs Node 20 and nothing besides.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';

const MOST_BYTES = 64 * 1024;
const FRESH_S = 300;
/** Tocsin waits for eight to ten seconds. */
const ANSWERS_WITHIN_MS = 7_000;
const MOST_KEPT = 1_000;

/** A setting, or the end of the program in words that say which one is missing. */
export function needed(name, form = /./) {
  const value = process.env[name]?.trim() ?? '';
  if (form.test(value)) return value;
  say(`${name} ${value === '' ? 'is not set' : `does not look right: it must fit ${form}`}.`);
  process.exit(1);
}

export function say(line) {
  process.stdout.write(`${line}\n`);
}

/** A refusal: nothing was done, and `message` is what people read in Slack. */
export function refused(message) {
  return { status: 422, body: { message } };
}

/**
 * Listens at HOOK_HOST and HOOK_PORT. `work({ key, asked })` gets a request that is right, with `asked` the object in its body, and
 * answers `{ status, body }`. 4xx: certainly nothing was done. What it throws is answered with 502: nobody can tell, ask again.
 */
export function receive(work) {
  const secret = needed('HOOK_SECRET', /^.{16,}$/);
  const ask = once(work);
  const keyOf = signedOnce();
  const server = createServer({ requestTimeout: 10_000, headersTimeout: 5_000 }, async (request, response) => {
    const { status, body } = await answerTo(request, { secret, ask, keyOf });
    const headers = { 'content-type': 'application/json', ...(status === 413 && { connection: 'close' }) };
    response.writeHead(status, headers).end(JSON.stringify(body));
  });
  server.listen(Number(process.env.HOOK_PORT ?? 8090), process.env.HOOK_HOST ?? '127.0.0.1', () => {
    const { address, port } = server.address();
    say(`Listening at http://${address}:${port}`);
  });
  // What is under way is brought to its end.
  process.once('SIGTERM', () => server.close());
}

async function answerTo(request, { secret, ask, keyOf }) {
  if (request.method !== 'POST') return { status: 405, body: { message: 'Only POST is taken here.' } };
  const raw = await bytesOf(request).catch(() => null);
  if (raw === null) return { status: 413, body: { message: `More than ${MOST_BYTES} bytes are not taken.` } };
  const { 'idempotency-key': key = '', 'x-tocsin-signature': signature } = request.headers;
  if (!isFromTocsin(request.headers, raw, secret, Date.now())) {
    return {
      status: 401,
      body: { message: 'The signature does not fit, or the clocks differ by more than five minutes.' },
    };
  }
  if (key === '' || key.length > 200) return { status: 400, body: { message: 'There is no usable Idempotency-Key.' } };
  // The key is not signed: what was recorded on its way must not be done again under another one. Two runs of Tocsin that ask for the
  // same within one second look alike: the later one is sent again a second later, and signed anew.
  if (keyOf(signature, key) !== key) {
    return { status: 503, body: { message: 'It came before, under another key: sign it anew.' } };
  }
  const asked = objectIn(raw);
  if (asked === null) return { status: 400, body: { message: 'The body is no JSON object.' } };
  const late = { status: 503, body: { message: 'It is under way still: ask again under the same key.' } };
  return await Promise.race([ask({ key, asked }), pause(ANSWERS_WITHIN_MS, late, { ref: false })]);
}

/** The body as it came. Throws for one that is too long, or ends early. */
async function bytesOf(request) {
  const parts = [];
  let size = 0;
  for await (const part of request.iterator({ destroyOnReturn: false })) {
    size += part.length;
    if (size > MOST_BYTES) throw new Error('too long');
    parts.push(part);
  }
  return Buffer.concat(parts);
}

function isFromTocsin(headers, raw, secret, now) {
  const timestamp = headers['x-tocsin-timestamp'] ?? '';
  const given = /^sha256=([0-9a-f]{64})$/.exec(headers['x-tocsin-signature'] ?? '');
  if (given === null || !/^\d{1,12}$/.test(timestamp)) return false;
  const expected = createHmac('sha256', secret).update(`${timestamp}.`).update(raw).digest();
  const isSame = timingSafeEqual(expected, Buffer.from(given[1], 'hex'));
  return isSame && Math.abs(now / 1_000 - Number(timestamp)) <= FRESH_S;
}

/** Answers the key under which a signature came first. */
function signedOnce() {
  const keys = new Map();
  return (signature, key) => {
    const now = Date.now();
    for (const [old, { until }] of keys) if (until < now) keys.delete(old);
    if (!keys.has(signature)) keys.set(signature, { key, until: now + 2 * FRESH_S * 1_000 });
    return keys.get(signature).key;
  };
}

/** `work`, for a key that is new; for one that is known, what it has answered or will answer. Only what went well is remembered. */
function once(work) {
  const answers = new Map();
  return ({ key, asked }) => {
    const known = answers.get(key);
    if (known) return known;
    const answer = worked(work, { key, asked }).then((one) => {
      if (one.status >= 300) answers.delete(key);
      return one;
    });
    answers.set(key, answer);
    if (answers.size > MOST_KEPT) answers.delete(answers.keys().next().value);
    return answer;
  };
}

async function worked(work, request) {
  try {
    const answer = await work(request);
    say(`${answer.status} ${JSON.stringify(answer.body)}`);
    return answer;
  } catch (error) {
    say(`502 ${error}`);
    return {
      status: 502,
      body: { message: 'Nobody can tell whether it was done: the log of the receiver says more.' },
    };
  }
}

function objectIn(raw) {
  try {
    const read = JSON.parse(raw.toString('utf8'));
    return typeof read === 'object' && read !== null && !Array.isArray(read) ? read : null;
  } catch {
    return null;
  }
}
