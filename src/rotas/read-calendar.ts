import { readFile, stat } from 'node:fs/promises';
import { Worker } from 'node:worker_threads';
import { SetupError, TransientError } from '../app/errors.ts';
import type { CalendarSource, Rotation, Span } from '../domain/rotation.ts';
import type { CalendarEvent } from '../oncall/ical-import.ts';
import { get } from '../probes/web.ts';
import type { ReadingTask } from './calendar-events.ts';

const LARGEST_BYTES = 2_000_000;
const ANSWER_MS = 10_000;
const READING_MS = 10_000;
const MEMORY_MB = 192;

/** What is read: a time, and the zone whose clocks are meant by times that name none. */
export type Reading = Span & Pick<Rotation, 'zone'>;

/**
 * The events of a calendar within a time, each recurrence one of its own. Throws TransientError and SetupError in words that hold neither
 * the address nor anything of the calendar.
 */
export async function readCalendar(
  source: CalendarSource,
  reading: Reading,
  doFetch: typeof fetch,
): Promise<CalendarEvent[]> {
  const text = source.kind === 'url' ? await download(source.at, doFetch) : await readText(source.at);
  return await eventsOf(text, reading);
}

async function download(at: string, doFetch: typeof fetch): Promise<string> {
  const address = URL.parse(at.replace(/^webcals?:/i, 'https:'));
  if (!address || !/^https?:$/.test(address.protocol))
    throw new SetupError('The variable holds no web address that begins with https://, http:// or webcal://.');
  const signal = AbortSignal.timeout(ANSWER_MS);
  const { status, body } = await get({ fetch: doFetch, url: address.href, signal, maxBytes: LARGEST_BYTES });
  if (status === 200) return body;
  const words = `${address.host} answers with status ${status}`;
  if (status === 429 || status >= 500) throw new TransientError(words, { cause: status });
  throw new SetupError(`${words}: is the address still the right one?`);
}

async function readText(path: string): Promise<string> {
  try {
    const { size } = await stat(path);
    if (size > LARGEST_BYTES)
      throw new SetupError(`${path} has more than ${LARGEST_BYTES / 1_000} kB: keep less in it.`);
    return await readFile(path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : null;
    if (code === null) throw error;
    throw new SetupError(`${path} cannot be read (${code}).`, { cause: error });
  }
}

/** The events in a text of iCalendar. It is read in a thread that can be stopped: a rule of two lines may recur without end. */
export async function eventsOf(text: string, { from, to, zone }: Reading): Promise<CalendarEvent[]> {
  if (!/^BEGIN:VCALENDAR\b/im.test(text) || !/^END:VCALENDAR\b/im.test(text)) {
    throw new SetupError('What is there is no calendar: it has no BEGIN:VCALENDAR, or no END:VCALENDAR.');
  }
  const workerData: ReadingTask = { text, from, to, zone };
  const resourceLimits = { maxOldGenerationSizeMb: MEMORY_MB };
  const worker = new Worker(new URL('./calendar-events.ts', import.meta.url), { workerData, resourceLimits, env: {} });
  try {
    return await answerOf(worker);
  } finally {
    await worker.terminate();
  }
}

async function answerOf(worker: Worker): Promise<CalendarEvent[]> {
  return await new Promise((resolve, reject) => {
    const refuse = (why: string, cause?: unknown) =>
      reject(new SetupError(`The calendar cannot be read: ${why}.`, { cause }));
    const timer = setTimeout(() => refuse(`it takes longer than ${READING_MS / 1_000} s`), READING_MS);
    worker.on('message', (events: CalendarEvent[]) => resolve(events));
    worker.on('error', (error) => refuse('it is no iCalendar that is understood, or too large', error));
    worker.on('exit', () => {
      clearTimeout(timer);
      refuse('reading it ended early');
    });
  });
}
