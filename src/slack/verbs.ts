/** Kinds of arguments that verbs have. */
export type ArgumentKind =
  | 'incident'
  | 'service'
  | 'person'
  | 'severity'
  | 'duration'
  | 'snooze'
  | 'days'
  | 'step'
  | 'verb'
  | 'run'
  | 'turn'
  | 'offer'
  | 'text';

interface VerbSpec {
  /** Arguments as help shows them: `<required>`, `[optional]`. The incident may be left out in its own thread. */
  readonly usage: string;
  readonly help: string;
  readonly example: string;
  readonly args: readonly ArgumentKind[];
}

/** What can be asked for. Arguments are in the order in which they are written. */
export const verbs = {
  list: { usage: '[service]', help: 'Open incidents and who has them', example: 'list bikeshare', args: ['service'] },
  show: { usage: '[INC-n]', help: 'The card of an incident, for you', example: 'show INC-7', args: ['incident'] },
  declare: {
    usage: '[title]',
    help: 'Declare an incident: opens a form',
    example: 'declare checkout is slow',
    args: ['text'],
  },
  ack: { usage: '[INC-n]', help: 'Acknowledge: you have it', example: 'ack INC-7', args: ['incident'] },
  mitigate: {
    usage: '[INC-n]',
    help: 'The impact is over, the work is not',
    example: 'mitigate INC-7',
    args: ['incident'],
  },
  resolve: {
    usage: '[INC-n] [what fixed it]',
    help: 'Resolve; without words it opens the closing note',
    example: 'resolve INC-7 rolled back to v41',
    args: ['incident', 'text'],
  },
  reopen: {
    usage: '[INC-n] [why]',
    help: 'Open it again; it is yours',
    example: 'reopen INC-7 errors are back',
    args: ['incident', 'text'],
  },
  take: { usage: '[INC-n]', help: 'It is yours, whoever has it', example: 'take INC-7', args: ['incident'] },
  assign: {
    usage: '[INC-n] [@person|me] [what to know]',
    help: 'Give an incident to somebody',
    example: 'assign INC-7 me',
    args: ['incident', 'person', 'text'],
  },
  confirm: {
    usage: '[INC-n]',
    help: 'You are on it: the answer to “how is it going?”',
    example: 'confirm INC-7',
    args: ['incident'],
  },
  back: {
    usage: '[INC-n]',
    help: 'Give it back: nobody has it, and escalation begins anew',
    example: 'back INC-7',
    args: ['incident'],
  },
  escalate: {
    usage: '[INC-n] [why]',
    help: 'Tell the next level now; without words it shows who that is',
    example: 'escalate INC-7 rollback did not help',
    args: ['incident', 'text'],
  },
  snooze: {
    usage: '[INC-n] [30m|4h|off]',
    help: 'Page and ask nobody for a while; what nobody has is yours then',
    example: 'snooze INC-7 30m',
    args: ['incident', 'snooze'],
  },
  brief: {
    usage: '[INC-n]',
    help: 'What whoever is called for help must know, to copy',
    example: 'brief INC-7',
    args: ['incident'],
  },
  severity: {
    usage: '[INC-n] [P0|P1|P2|P3]',
    help: 'Change how bad it is',
    example: 'severity INC-7 P1',
    args: ['incident', 'severity'],
  },
  note: {
    usage: '[INC-n] [text]',
    help: 'Add a line to the timeline',
    example: 'note INC-7 traffic is shifted',
    args: ['incident', 'text'],
  },
  silence: {
    usage: '[INC-n] [30m|4h|1d]',
    help: 'Keep quiet about its alarms for a while; new ones join silently',
    example: 'silence INC-7 1h',
    args: ['incident', 'duration'],
  },
  runbook: {
    usage: '[INC-n]',
    help: 'The steps to take, to tick off together',
    example: 'runbook INC-7',
    args: ['incident'],
  },
  done: {
    usage: '[INC-n] [step]',
    help: 'Tick a step of the runbook by its number',
    example: 'done INC-7 3',
    args: ['incident', 'step'],
  },
  undone: {
    usage: '[INC-n] [step]',
    help: 'Open a ticked step again',
    example: 'undone INC-7 3',
    args: ['incident', 'step'],
  },
  check: {
    usage: '[INC-n] [step]',
    help: 'Run a check of the runbook and see its answer',
    example: 'check INC-7 2',
    args: ['incident', 'step'],
  },
  evidence: {
    usage: '[INC-n]',
    help: 'What was known when it fired, and at each moment since',
    example: 'evidence INC-7',
    args: ['incident'],
  },
  rollback: {
    usage: '[service|INC-n] [to version]',
    help: 'Plan a rollback and look at it; nothing runs before somebody agrees',
    example: 'rollback bikeshare to v41',
    args: ['offer'],
  },
  retrain: {
    usage: '[service|INC-n]',
    help: 'Plan a retraining and look at it',
    example: 'retrain INC-7',
    args: ['offer'],
  },
  run: {
    usage: '[action] [service|INC-n] [name=value …]',
    help: 'Plan anything else that a service can do; without words it shows what there is',
    example: 'run restart bikeshare city=nyc',
    args: ['offer'],
  },
  actions: {
    usage: '[service|INC-n]',
    help: 'What can be done, how risky it is, and what it is called',
    example: 'actions bikeshare',
    args: ['incident', 'service'],
  },
  approve: {
    usage: '[INC-n.n]',
    help: 'Look at a plan that waits, and approve it',
    example: 'approve INC-7.1',
    args: ['run'],
  },
  cancel: {
    usage: '[INC-n.n]',
    help: 'Stop a run, where its system can',
    example: 'cancel INC-7.1',
    args: ['run'],
  },
  autopilot: {
    usage: '[off [why]|on]',
    help: 'Whether anything is done without being asked for, and the switch to stop it',
    example: 'autopilot off it fights our rollback',
    args: ['turn', 'text'],
  },
  oncall: {
    usage: '[service]',
    help: 'Who is on call, until when, and who is next',
    example: 'oncall bikeshare',
    args: ['service'],
  },
  override: {
    usage: '[service[/rotation]] [@person] [2h | until 18:00 | from … to …] | off',
    help: 'Put somebody on call for a while; without words it opens a form',
    example: 'override @ana until 18:00',
    args: ['text'],
  },
  cover: {
    usage: 'me [service[/rotation]] [from … to …]',
    help: 'Ask the others to take your shift',
    example: 'cover me from tomorrow 09:00 to fri 17:00',
    args: ['text'],
  },
  handoff: {
    usage: '[service[/rotation]] [@person]',
    help: 'Hand over now, to the next one or to somebody',
    example: 'handoff bikeshare @ben',
    args: ['text'],
  },
  contact: { usage: '', help: 'How you are reached outside of Slack', example: 'contact', args: [] },
  followups: {
    usage: '[INC-n]',
    help: 'What you still have to do after incidents, or what one of them needs',
    example: 'followups INC-7',
    args: ['incident'],
  },
  followup: {
    usage: '[INC-n] [what] [@person] [in 3d|by 2026-12-01]',
    help: 'Something to do later, with reminders; without a person it is yours, without a day due in a week',
    example: 'followup INC-7 add an alarm on memory @ana in 3d',
    args: ['incident', 'text'],
  },
  stats: {
    usage: '[service] [7d|30d]',
    help: 'MTTA and friends, against the period before',
    example: 'stats bikeshare 7d',
    args: ['service', 'days'],
  },
  health: { usage: '', help: 'How Tocsin itself is doing', example: 'health', args: [] },
  help: { usage: '[verb]', help: 'This list, or one verb in full', example: 'help resolve', args: ['verb'] },
} as const satisfies Record<string, VerbSpec>;
export type Verb = keyof typeof verbs;

/** Other words for a verb that people reach for. */
export const SYNONYMS: Readonly<Record<string, Verb>> = {
  acknowledge: 'ack',
  close: 'resolve',
  progress: 'confirm',
  unack: 'back',
  page: 'escalate',
  summary: 'brief',
  new: 'declare',
  open: 'declare',
  create: 'declare',
  sev: 'severity',
  ls: 'list',
  status: 'list',
  mute: 'silence',
  playbook: 'runbook',
  steps: 'runbook',
  tick: 'done',
  untick: 'undone',
  'follow-up': 'followup',
  'follow-ups': 'followups',
  todo: 'followups',
  mtta: 'stats',
  'on-call': 'oncall',
  'hand-off': 'handoff',
  handover: 'handoff',
  phone: 'contact',
  doctor: 'health',
  revert: 'rollback',
  'roll-back': 'rollback',
  train: 'retrain',
  action: 'actions',
  execute: 'run',
  agree: 'approve',
  stop: 'cancel',
  abort: 'cancel',
};
