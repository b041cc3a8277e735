import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Call, COMMAND, parseCall, usageOf, type Verb, verbs } from '../../src/slack/grammar.ts';

const nothing = {
  incident: null,
  service: null,
  person: null,
  severity: null,
  durationMs: null,
  days: null,
  step: null,
  about: null,
  run: null,
  turn: null,
  names: [],
  inputs: {},
  text: '',
};

function read(text: string): Call | string {
  const result = parseCall(text);
  return result.ok ? result.value : `${result.rejection.message} ${result.rejection.hint ?? ''}`;
}

describe('what people type', () => {
  it.each<[string, Partial<Call>]>([
    ['', { verb: 'list' }],
    ['   ', { verb: 'list' }],
    ['list bikeshare', { verb: 'list', service: 'bikeshare' }],
    ['LIST', { verb: 'list' }],
    ['show INC-7', { verb: 'show', incident: 'INC-7' }],
    ['show inc-7', { verb: 'show', incident: 'INC-7' }],
    ['show inc7', { verb: 'show', incident: 'INC-7' }],
    ['show 7', { verb: 'show', incident: 'INC-7' }],
    ['ack', { verb: 'ack' }],
    ['acknowledge  INC-12', { verb: 'ack', incident: 'INC-12' }],
    ['take 12', { verb: 'take', incident: 'INC-12' }],
    ['confirm INC-7', { verb: 'confirm', incident: 'INC-7' }],
    ['progress', { verb: 'confirm' }],
    ['back 7', { verb: 'back', incident: 'INC-7' }],
    ['unack INC-7', { verb: 'back', incident: 'INC-7' }],
    ['escalate INC-7 rollback failed', { verb: 'escalate', incident: 'INC-7', text: 'rollback failed' }],
    ['escalate 3 pods are down', { verb: 'escalate', text: '3 pods are down' }],
    ['snooze INC-7 30m', { verb: 'snooze', incident: 'INC-7', durationMs: 1_800_000 }],
    ['snooze 7 off', { verb: 'snooze', incident: 'INC-7', durationMs: 0 }],
    ['brief 7', { verb: 'brief', incident: 'INC-7' }],
    ['declare checkout is slow', { verb: 'declare', text: 'checkout is slow' }],
    ['resolve INC-7 rolled back to v41', { verb: 'resolve', incident: 'INC-7', text: 'rolled back to v41' }],
    ['resolve rolled back', { verb: 'resolve', text: 'rolled back' }],
    ['close 7', { verb: 'resolve', text: '7' }],
    ['note 3 pods restarted', { verb: 'note', text: '3 pods restarted' }],
    ['note INC-3 pods restarted', { verb: 'note', incident: 'INC-3', text: 'pods restarted' }],
    ['assign INC-7 me', { verb: 'assign', incident: 'INC-7', person: 'me' }],
    ['assign 7 me', { verb: 'assign', incident: 'INC-7', person: 'me' }],
    [
      'assign INC-7 <@U0ANA> it is memory',
      { verb: 'assign', incident: 'INC-7', person: 'U0ANA', text: 'it is memory' },
    ],
    ['assign me', { verb: 'assign', person: 'me' }],
    ['assign INC-7 <@U0ANA|ana>', { verb: 'assign', incident: 'INC-7', person: 'U0ANA' }],
    ['assign <@W0ORG>', { verb: 'assign', person: 'W0ORG' }],
    ['severity INC-7 p1', { verb: 'severity', incident: 'INC-7', severity: 'P1' }],
    ['sev P0', { verb: 'severity', severity: 'P0' }],
    ['silence INC-7 1h', { verb: 'silence', incident: 'INC-7', durationMs: 3_600_000 }],
    ['mute 30m', { verb: 'silence', durationMs: 1_800_000 }],
    ['stats bikeshare 7d', { verb: 'stats', service: 'bikeshare', days: 7 }],
    ['stats 30d', { verb: 'stats', days: 30 }],
    ['mtta', { verb: 'stats' }],
    ['health', { verb: 'health' }],
    ['runbook', { verb: 'runbook' }],
    ['playbook INC-7', { verb: 'runbook', incident: 'INC-7' }],
    ['done 3', { verb: 'done', step: 3 }],
    ['done INC-7 3', { verb: 'done', incident: 'INC-7', step: 3 }],
    ['done #3.', { verb: 'done', step: 3 }],
    ['done INC-7', { verb: 'done', incident: 'INC-7' }],
    ['untick inc-7 12', { verb: 'undone', incident: 'INC-7', step: 12 }],
    ['check 2', { verb: 'check', step: 2 }],
    ['evidence 7', { verb: 'evidence', incident: 'INC-7' }],
    ['rollback', { verb: 'rollback' }],
    ['rollback bikeshare', { verb: 'rollback', names: ['bikeshare'] }],
    ['rollback bikeshare to v41', { verb: 'rollback', names: ['bikeshare'], inputs: { to: 'v41' } }],
    ['rollback inc-7 TO Config-2026.11', { verb: 'rollback', incident: 'INC-7', inputs: { to: 'Config-2026.11' } }],
    ['rollback 7', { verb: 'rollback', incident: 'INC-7' }],
    ['rollback to 41', { verb: 'rollback', inputs: { to: '41' } }],
    ['revert Bikeshare', { verb: 'rollback', names: ['bikeshare'] }],
    ['retrain INC-7', { verb: 'retrain', incident: 'INC-7' }],
    ['run', { verb: 'run' }],
    ['run restart INC-7', { verb: 'run', incident: 'INC-7', names: ['restart'] }],
    ['run restart bikeshare city=nyc', { verb: 'run', names: ['restart', 'bikeshare'], inputs: { city: 'nyc' } }],
    ['run CITY=nyc restart', { verb: 'run', names: ['restart'], inputs: { city: 'nyc' } }],
    ['actions', { verb: 'actions' }],
    ['actions bikeshare', { verb: 'actions', service: 'bikeshare' }],
    ['actions INC-7', { verb: 'actions', incident: 'INC-7' }],
    ['approve INC-7.1', { verb: 'approve', run: 'INC-7.1' }],
    ['approve 7.12', { verb: 'approve', run: 'INC-7.12' }],
    ['approve INC-7', { verb: 'approve', incident: 'INC-7' }],
    ['cancel inc-7.1', { verb: 'cancel', run: 'INC-7.1' }],
    ['stop', { verb: 'cancel' }],
    ['autopilot', { verb: 'autopilot' }],
    ['autopilot OFF', { verb: 'autopilot', turn: 'off' }],
    ['autopilot off it fights us', { verb: 'autopilot', turn: 'off', text: 'it fights us' }],
    ['autopilot on', { verb: 'autopilot', turn: 'on' }],
    ['help resolve', { verb: 'help', about: 'resolve' }],
    ['help take', { verb: 'help', about: 'take' }],
    ['help unack', { verb: 'help', about: 'back' }],
  ])('%j is read', (text, call) => {
    expect(read(text)).toEqual({ ...nothing, ...call });
  });

  it.each([
    ['done 7 3', 'Usage: /incident done [INC-n] [step]'],
    ['done three', 'Usage: /incident done [INC-n] [step]'],
    ['check 0', 'Usage: /incident check [INC-n] [step]'],
    ['akc INC-7', 'Did you mean /incident ack?'],
    ['resolv', 'Did you mean /incident resolve?'],
    ['statz', 'Did you mean /incident stats?'],
    ['frobnicate', 'I don’t know'.replace('’', "'")],
    ['show INC-0', 'Usage: /incident show [INC-n]'],
    ['severity INC-7 P9', 'Usage: /incident severity'],
    ['silence forever', 'Usage: /incident silence'],
    ['assign INC-7 ana', 'Usage: /incident assign'],
    ['snooze INC-7 forever', 'Usage: /incident snooze [INC-n] [30m|4h|off]'],
    ['confirm INC-7 please', 'Usage: /incident confirm'],
    ['ack INC-7 INC-8', 'I could not read “INC-8”'],
    ['health please', 'Usage: /incident health'],
    ['rollback bikeshare to', 'I could not read “to”'],
    ['rollback one two three', 'Usage: /incident rollback [service|INC-n] [to version]'],
    ['rollback INC-7 INC-8', 'I could not read “INC-8”'],
    ['run restart https://evil.example', 'Usage: /incident run'],
    ['approve INC-7.0', 'Usage: /incident approve [INC-n.n]'],
    ['approve INC-7.1 please', 'I could not read “please”'],
    ['autopilot perhaps', 'Usage: /incident autopilot [off [why]|on]'],
    ['autopilot on because I say so', 'Usage: /incident autopilot'],
    ['rolback bikeshare', 'Did you mean /incident rollback?'],
    ['constructor', "I don't know “constructor”"],
    ['__proto__', "I don't know “__proto__”"],
  ])('%j is refused with what to do', (text, words) => {
    expect(read(text)).toContain(words);
  });

  it('suggests nothing far-fetched, but always the way to help', () => {
    const refusal = read('frobnicate');

    expect(refusal).not.toContain('Did you mean');
    expect(refusal).toContain(`${COMMAND} help`);
  });

  it('repeats no more of a long word than fits', () => {
    expect(String(read('x'.repeat(10_000))).length).toBeLessThan(200);
  });

  it('never breaks', () => {
    const words = fc.oneof(
      fc.constantFrom(
        ...Object.keys(verbs),
        'INC-7',
        'INC-7.1',
        '7',
        'to',
        'a=b',
        '__proto__=1',
        'me',
        '<@U1>',
        'P1',
        '4h',
        '7d',
      ),
      fc.string({ unit: 'binary' }),
    );

    fc.assert(fc.property(fc.array(words), (typed) => typeof parseCall(typed.join(' ')).ok === 'boolean'));
  });
});

describe('the verbs', () => {
  it.each(Object.keys(verbs) as Verb[])('%s has an example that is read, for help and the README', (verb) => {
    const { example, help, usage } = verbs[verb];

    expect(read(example)).toMatchObject({ verb });
    expect(help).not.toBe('');
    expect(usageOf(verb)).toBe(`${COMMAND} ${verb} ${usage}`.trim());
  });
});
