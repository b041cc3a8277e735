import { z } from 'zod';

/** What may be sent. https://developer.pagerduty.com/docs/send-alert-event */
const Payload = z.object({
  summary: z.string().min(1).max(1024),
  source: z.string().min(1),
  severity: z.enum(['critical', 'error', 'warning', 'info']),
  timestamp: z.string().optional(),
  component: z.string().optional(),
  group: z.string().optional(),
  class: z.string().optional(),
  custom_details: z.unknown().optional(),
});

const Common = { routing_key: z.string().length(32), dedup_key: z.string().max(255).optional() };
const Event = z.discriminatedUnion('event_action', [
  z.looseObject({ ...Common, event_action: z.literal('trigger'), payload: Payload }),
  z.looseObject({
    ...Common,
    event_action: z.enum(['acknowledge', 'resolve']),
    dedup_key: z.string().min(1).max(255),
  }),
]);

export type PagerDutyEvent = z.infer<typeof Event>;

/** How PagerDuty words what is wrong, by the field; anything else is "is invalid". */
const WORDS: Readonly<Record<string, string>> = {
  routing_key: "'routing_key' is missing or the wrong length (should be 32 characters)",
  event_action: "'event_action' is missing or invalid (must be one of: trigger, acknowledge, resolve)",
  dedup_key: "'dedup_key' is missing or too long (must be 255 characters or fewer)",
  payload: "'payload' is missing or blank",
  'payload.summary': "'payload.summary' is missing, blank or too long (must be 1024 characters or fewer)",
  'payload.source': "'payload.source' is missing or blank",
  'payload.severity':
    "'payload.severity' is invalid (must be one of the following: 'critical', 'warning', 'error' or 'info')",
};

/** Reads an event, or answers what is wrong with it. */
export function readEvent(body: unknown): PagerDutyEvent | { readonly errors: readonly string[] } {
  const read = Event.safeParse(body);
  if (read.success) return read.data;
  const errors = read.error.issues.map(({ path }) => {
    const field = path.join('.');
    return WORDS[field] ?? (field === '' ? 'JSON is invalid' : `'${field}' is invalid`);
  });
  return { errors: [...new Set(errors)] };
}
