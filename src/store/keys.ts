/** Every key of one deployment shares one hash tag, so that all of it also runs on Redis Cluster. */
export function createKeys(deployment = 'tocsin') {
  const at = (name: string) => `{${deployment}}:${name}`;
  return {
    /** Prefix of `stats:<day>` hashes. */
    prefix: at(''),
    sequence: at('seq'),
    /** Hash: `v` version, `cv` version of the last change that shows on the card, `pv` of the last by a person, `s` snapshot, see `snapshot.ts`. */
    incident: (id: string) => at(`inc:${id}`),
    /** List of events, oldest first: as JSON, or packed when it is over, see `event-log.ts`. */
    log: (id: string) => at(`log:${id}`),
    /** List of what the thread must still be told: versions of events. */
    outbox: (id: string) => at(`out:${id}`),
    /** Hash of Slack's side: `channel`, `ts`, `version` drawn and `at` when, `try:<name>` the time of a post whose answer is not known. */
    card: (id: string) => at(`card:${id}`),
    /** Set of alert keys of one incident, until it is over and has a card. */
    members: (id: string) => at(`members:${id}`),
    /** String `<changedAt>:<state>:<incident>|<firedAt>:<firings>`: what is known of one condition. */
    alert: (key: string) => at(`alert:${key}`),
    /** String: the open incident of `service/environment`. */
    group: (group: string) => at(`group:${group}`),
    /** Sorted sets of incident ids by time. */
    timers: at('timers'),
    open: at('open'),
    history: at('history'),
    /** Incidents whose card or thread is behind, by the time from which they may be served. */
    duePeople: at('due:people'),
    dueMachine: at('due:machine'),
    /** Snapshots of evidence that are to be taken, as `INC-7/fire`, by the time from which they may be. */
    dueEvidence: at('due:evidence'),
    /** Hash: what was known at each moment, by its name; see `evidence.ts`. */
    evidence: (id: string) => at(`evidence:${id}`),
    /** String: an image that Slack has, until its channel has shown it. */
    image: (file: string) => at(`image:${file}`),
    /** Sorted set: incidents of one condition by when it fired in them, of the last week. */
    fired: (key: string) => at(`fired:${key}`),
    /** Sorted set: the newest incidents of a service that are over, by when. */
    past: (service: string) => at(`past:${service}`),
    /** Incidents of a channel that have no card yet, the most urgent first; and the set of channels that have such. */
    unposted: (channel: string) => at(`unposted:${channel}`),
    channels: at('channels'),
    /** Hash: the summary message of a channel in a storm. */
    storm: (channel: string) => at(`storm:${channel}`),
    /** Hash: `heard` and `silent` (epoch ms) and `spoken` of something that must speak; their names; and when each is looked at. */
    signal: (key: string) => at(`signal:${key}`),
    signals: at('signals'),
    signalsDue: at('signals:due'),
    /** String: an escalation policy as JSON, by the hash of it; see `policies.ts`. */
    policy: (name: string) => at(`policy:${name}`),
    /** Pages on their way, one entry for each target (`deliveryId`), and letters (`INC-7/12`: what the 12th event of an incident tells one person), by the time from which they may be sent. */
    duePages: at('due:pages'),
    dueLetters: at('due:letters'),
    /** Incidents whose pages went somewhere that must hear what became of them, and where: a hash, see `paging/told.ts`. */
    dueNews: at('due:news'),
    told: (id: string) => at(`told:${id}`),
    /** Runs of actions that must be looked at, as `INC-7.1`, by when. */
    dueRuns: at('due:runs'),
    /** String: the run that may change something, until that run has ended: see `actions/lock.ts`. */
    runLock: (what: string) => at(`run-lock:${what}`),
    /** List: the last runs that sent a change of something, the oldest first: see `actions/lock.ts`. */
    runChangers: (what: string) => at(`run-changers:${what}`),
    /** List: what was decided and is not in the audit's chain yet; the chain itself, and its newest hash. See `actions/audit-chain.ts`. */
    auditPending: at('actions:pending'),
    auditChain: at('actions:chain'),
    auditHead: at('actions:head'),
    /** Hash: plans that somebody has looked at and not decided on, each for ten minutes. */
    planDraft: (id: string) => at(`plan:${id}`),
    /** Hash: which fallbacks serve, as JSON by `service/environment/action`. */
    fallbacks: at('fallbacks'),
    /** Hash: what served on an endpoint or a service, and how well, as JSON by its version; see `actions/ledger.ts`. */
    ledger: (what: string) => at(`ledger:${what}`),
    /** String: who switched the autopilot off, and since when; hash: what it did when, by service and rule. */
    autopilotOff: at('autopilot:off'),
    autopilotDid: (service: string) => at(`autopilot:did:${service}`),
    /** Sorted set: the open follow-ups of one person (`null`: of nobody) as `INC-7/1`, by when they are due. */
    followUps: (owner: string | null) => at(`followups:${owner ?? ''}`),
    /** Hash: how people are reached outside of Slack, as JSON by their Slack user ids; see `paging/contacts.ts`. */
    contacts: at('contacts'),
    /** Hash: the code with which somebody confirms a phone number, for ten minutes; and a sorted set: when codes were asked for. */
    contactCode: (person: string) => at(`contacts:code:${person}`),
    contactAsked: (person: string) => at(`contacts:asked:${person}`),
    lease: (what: string) => at(`lease:${what}`),
    /** String: the incident that a Slack message stands for. */
    thread: (channel: string, ts: string) => at(`thread:${channel}:${ts}`),
    stats: (day: string) => at(`stats:${day}`),
    message: (id: string) => at(`msg:${id}`),
    inbox: at('inbox'),
    /** What was changed on purpose: ids by time, and JSON by id. */
    changes: at('changes'),
    changesById: at('changes:by-id'),
    pace: (what: string) => at(`pace:${what}`),
    /** List of notices to operators that are not in Slack yet. */
    notices: at('notices'),
    seen: (what: string) => at(`seen:${what}`),
    /** On call, by the rotation as `<service>/<name>`. Hashes of overrides and of cover requests as JSON by id, and how often they have changed. */
    onCallOverrides: (rotation: string) => at(`oncall:overrides:${rotation}`),
    onCallCovers: (rotation: string) => at(`oncall:covers:${rotation}`),
    onCallRevision: (rotation: string) => at(`oncall:revision:${rotation}`),
    /** Hash: `overrides` that a calendar says, `readAt`, `trouble`. */
    onCallCalendar: (rotation: string) => at(`oncall:calendar:${rotation}`),
    /** Hash: the last hand-off of each rotation as JSON; and when the next one of each is looked for. */
    onCallHanded: at('oncall:handed'),
    onCallDue: at('oncall:due'),
    /** What has to be told, as JSON by id, and when. */
    onCallLetters: at('oncall:letters'),
    onCallLettersDue: at('oncall:letters:due'),
    /** When gaps, calendars and user groups are looked at: `gaps`, `calendar:<rotation>`, `group:<id>`. */
    onCallRounds: at('oncall:rounds'),
    /** String: that something has been told, while it is true. */
    onCallTold: (what: string) => at(`oncall:told:${what}`),
    /** What Slack shows of it: a hash for each message, see `on-call-memory.ts`; and those that are behind, by the time from which they may be served. */
    onCallMessage: (name: string) => at(`oncall:message:${name}`),
    onCallMessagesDue: at('oncall:messages:due'),
    /** Hash: the secret in the addresses of each person's calendars. */
    onCallKeys: at('oncall:keys'),
  };
}
export type Keys = ReturnType<typeof createKeys>;
