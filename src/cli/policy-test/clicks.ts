import type { PersonCommand } from '../../domain/decide.ts';
import { parseDuration } from '../../domain/duration.ts';
import type { Actor } from '../../domain/incident.ts';
import { SEVERITIES } from '../../domain/severity.ts';

/** What people may do in a case, as they would type it after `/incident`. */
export const CLICKS = [
  'ack',
  'assign U0BEN',
  'severity P0',
  'note …',
  'snooze 30m',
  'silence 1h',
  'mitigate',
  'resolve',
  'reopen',
  'confirm',
  'give back',
  'escalate …',
] as const;

/** The command for what somebody does; `null` for words that mean nothing. */
export function clickOf(words: string, by: Actor): PersonCommand | null {
  const [verb = '', ...others] = words.trim().split(/\s+/);
  const rest = others.join(' ');
  const simple = SIMPLE[words.trim()];
  if (simple) return simple(by);
  switch (verb) {
    case 'assign':
      return /^[UW][A-Z0-9]{2,}$/.test(rest) ? { type: 'assign', by, to: rest } : null;
    case 'severity': {
      const severity = SEVERITIES.find((one) => one === rest);
      return severity ? { type: 'set_severity', by, severity } : null;
    }
    case 'note':
      return rest === '' ? null : { type: 'note', by, text: rest };
    case 'escalate':
      return rest === '' ? null : { type: 'escalate', by, reason: rest };
    case 'snooze':
    case 'silence': {
      const forMs = parseDuration(rest);
      return forMs === null ? null : { type: verb, by, forMs };
    }
    default:
      return null;
  }
}

const SIMPLE: Readonly<Record<string, (by: Actor) => PersonCommand>> = {
  ack: (by) => ({ type: 'acknowledge', by }),
  mitigate: (by) => ({ type: 'mitigate', by }),
  resolve: (by) => ({ type: 'resolve', by, seen: null, text: '', note: null }),
  reopen: (by) => ({ type: 'reopen', by, reason: '' }),
  confirm: (by) => ({ type: 'confirm', by }),
  'give back': (by) => ({ type: 'give_back', by }),
};
