import { kindOf } from '../app/errors.ts';
import { type Incident, isOver } from '../domain/incident.ts';
import type { Due, EvidenceQueue } from '../store/evidence-queue.ts';
import { type SnapshotDeps, takeSnapshot } from './snapshot.ts';

export interface GathererDeps extends SnapshotDeps {
  readonly queue: EvidenceQueue;
  /** Incidents that have no card yet: with what is due here, how crowded it is. */
  readonly withoutCard: () => Promise<number>;
}

export interface Gatherer {
  /** Begins what is due, as far as there is room. A chore of the sweep. */
  run(): Promise<void>;
  /** Waits a little for what is under way; what is not done by then is given back to whoever comes next. */
  stop(): Promise<void>;
  /** Ends when nothing is under way: for tests. */
  idle(): Promise<void>;
}

/** So many snapshots at once: each asks a handful of systems. */
const AT_ONCE = 4;
/** Longer than a snapshot takes with all of its budgets, the drawing and the wait for Slack. */
const LEASE_MS = 90_000;
/** From here on it is a storm: then the worst few of each service are looked up, and the others are not. */
const CROWD = 20;
const LOOKED_AT = 50;
const PER_SERVICE = 3;
/** Of all services together, crowded or not: AWS answers so many questions a second, and each look costs the cards that wait their time. */
const ALTOGETHER = 60;
const SPAN_S = 300;
const STOP_MS = 3_000;

/** Takes the snapshots that commits have called for, after the card is out and beside everything else. */
export function createGatherer(deps: GathererDeps): Gatherer {
  const { queue, now, log } = deps;
  const running = new Map<Promise<void>, Due>();
  let filling: Promise<void> | null = null;
  let isStopped = false;

  async function fill(): Promise<void> {
    const room = AT_ONCE - running.size;
    if (room <= 0 || isStopped) return;
    const isCrowded = (await queue.waiting()) + (await deps.withoutCard()) > CROWD;
    const due = await queue.claim(now(), now() + LEASE_MS, isCrowded ? LOOKED_AT : room);
    const chosen = await choose(deps, due, isCrowded, room);
    for (const one of chosen) begin(one);
  }

  function begin({ due, incident }: Chosen): void {
    const work = takeOne(deps, due, incident)
      .catch((error: unknown) => log.warn({ err: error, ...due }, 'evidence will be gathered again'))
      .finally(() => {
        running.delete(work);
        void run();
      });
    running.set(work, due);
  }

  /** One at a time, so that there is never more under way than there is room. */
  function run(): Promise<void> {
    filling ??= fill()
      .catch((error: unknown) => log.warn({ err: error }, 'it could not be seen which evidence is due'))
      .finally(() => {
        filling = null;
      });
    return filling;
  }

  return {
    run,
    async stop() {
      isStopped = true;
      await Promise.race([Promise.all(running.keys()), new Promise((resolve) => setTimeout(resolve, STOP_MS).unref())]);
      await Promise.all([...running.values()].map((due) => queue.giveBack(due, now())));
    },
    async idle() {
      await filling;
      while (running.size > 0) {
        await Promise.all(running.keys());
        await filling;
      }
    },
  };
}

interface Chosen {
  readonly due: Due;
  readonly incident: Incident;
}

/** Says which of the claimed snapshots are taken now; the others are given back, or done with a word. */
async function choose(deps: GathererDeps, due: readonly Due[], isCrowded: boolean, room: number): Promise<Chosen[]> {
  const found = (await Promise.all(due.map((one) => loaded(deps, one)))).filter((one) => one !== null);
  const chosen: Chosen[] = [];
  const others: Promise<void>[] = [];
  for (const one of isCrowded ? found.sort(worstFirst) : found) {
    if (chosen.length >= room) others.push(deps.queue.giveBack(one.due, deps.now()));
    else if (await mayLookUp(deps, one, isCrowded)) chosen.push(one);
    else others.push(skip(deps, one));
  }
  await Promise.all(others);
  return chosen;
}

async function mayLookUp({ queue }: GathererDeps, { due, incident }: Chosen, isCrowded: boolean): Promise<boolean> {
  if (due.what === 'values') return !isCrowded; // the round of each minute asks for them
  if (isCrowded && !(await queue.ticket(`service/${incident.service}`, PER_SERVICE, SPAN_S))) return false;
  return await queue.ticket('all', ALTOGETHER, SPAN_S);
}

async function loaded(deps: GathererDeps, due: Due): Promise<Chosen | null> {
  const incident = await deps.store.load(due.incident);
  if (!incident) {
    await deps.queue.done(due);
    return null;
  }
  return { due, incident };
}

/** Notes what later incidents will be compared with. */
async function note({ past }: GathererDeps, { what }: Due, incident: Incident): Promise<void> {
  const { id, service, members, milestones } = incident;
  if (what === 'fire' || what === 'values')
    await Promise.all(members.shown.map(({ key, firedAt }) => past.fired(key, id, firedAt)));
  if (isOver(incident)) await past.ended(service, id, milestones.resolvedAt ?? incident.openedAt);
}

function worstFirst(a: Chosen, b: Chosen): number {
  return a.incident.severity.localeCompare(b.incident.severity) || b.incident.openedAt - a.incident.openedAt;
}

/** The card stays as it is: edits are what Slack gives least of in a storm. */
async function skip(deps: GathererDeps, { due, incident }: Chosen): Promise<void> {
  const { evidence, queue, now } = deps;
  await note(deps, due, incident);
  if (due.what === 'values') return await queue.done(due); // the round of each minute asks for them
  const text = 'so many incidents came within minutes that not all of them were looked up';
  const fact = { kind: 'missing', text, at: null, url: null } as const;
  await evidence.keep(due.incident, { moment: due.what, at: now(), facts: [fact], graph: null });
  await queue.done(due);
}

async function lookUp(deps: GathererDeps, what: Due['what'], incident: Incident): Promise<void> {
  if (what === 'values') return await deps.measure(incident.id);
  const kept = await deps.evidence.snapshots(incident.id);
  if (!kept.some(({ moment }) => moment === what)) await takeSnapshot(deps, incident, what);
}

async function takeOne(deps: GathererDeps, due: Due, incident: Incident): Promise<void> {
  try {
    await note(deps, due, incident);
    await lookUp(deps, due.what, incident);
  } catch (error) {
    if (kindOf(error) !== 'bug') throw error;
    // It would fail in the same way for ever.
    deps.log.error({ err: error, ...due }, 'a snapshot could not be taken');
  }
  await deps.queue.done(due);
}
