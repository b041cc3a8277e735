import { z } from 'zod';
import { duration } from '../file-fields.ts';
import { Address, JsonBody, Secret, Text } from './fields.ts';

const Method = z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']);

const Pick = z
  .string()
  .min(1)
  .max(200)
  .describe('Path into the JSON answer, with dots; items of lists by number.')
  .meta({ examples: ['status'] });

const Read = z.strictObject({ url: Address.describe('What to GET.'), pick: Pick });

const Equals = z.union([Text, z.array(Text).min(1).max(20)]).transform((one) => [one].flat());

/** What any web address can be asked to do. Every request bears an `Idempotency-Key`, follows no redirect and asks no cloud for credentials. */
export const WEB_TARGETS = {
  http_switch: z
    .strictObject({
      url: Address.describe('What switches, with `{to}` in it.').meta({ examples: ['{api}/switch?model={to}'] }),
      method: Method.default('POST')
        .describe('How.')
        .meta({ examples: ['GET'] }),
      to: Text.describe('What is switched to.').meta({ examples: ['v_popularity'] }),
      health: Read.describe('What serves now: it must answer, and afterwards say `to`.').meta({
        examples: [{ url: '{api}/healthz', pick: 'version' }],
      }),
      token: Secret.optional().describe('A bearer token.'),
    })
    .describe('Switches a server to another model, and looks whether it serves.'),
  webhook: z
    .strictObject({
      url: Address.describe('Where the signed request goes.').meta({ examples: ['${COMPOSE_HOOK_URL}'] }),
      body: JsonBody.default({}).meta({ examples: [{ restart: 'api' }] }),
      secret: Secret.describe('What it is signed with, as `X-Tocsin-Signature`.'),
      repeatable: z
        .boolean()
        .default(false)
        .describe('Whether the receiver does the same `Idempotency-Key` once: then a lost answer is asked for again.')
        .meta({ examples: [true] }),
    })
    .describe('Sends a signed request: to restart something, to open a ticket.'),
  http: z
    .strictObject({
      method: Method.default('POST')
        .describe('How.')
        .meta({ examples: ['POST'] }),
      url: Address.describe('Where.').meta({ examples: ['{api}/jobs'] }),
      headers: z
        .record(z.string().regex(/^[A-Za-z0-9-]{1,60}$/), Text)
        .default({})
        .describe('Headers; secrets as `${NAME}`.')
        .meta({ examples: [{ Authorization: 'Bearer ${JOBS_TOKEN}' }] }),
      body: JsonBody.optional().meta({ examples: [{ city: '{city}' }] }),
      current: Read.optional()
        .describe('What is so now: shown in the plan, and when it has changed since, the plan is stale.')
        .meta({ examples: [{ url: '{api}/version', pick: 'version' }] }),
      to: Text.optional()
        .describe('What it will be, in words.')
        .meta({ examples: ['{version}'] }),
      reference: Pick.optional()
        .describe('Path to the id in the answer, which `{reference}` stands for.')
        .meta({ examples: ['job.id'] }),
      done: z
        .strictObject({
          url: Address.optional()
            .describe('What to GET until it is done; without it the answer itself counts.')
            .meta({
              examples: ['{api}/jobs/{reference}'],
            }),
          pick: Pick,
          equals: Equals.describe('Done when it is one of these.').meta({ examples: [['succeeded']] }),
          failed: Equals.optional()
            .describe('Failed when it is one of these.')
            .meta({ examples: [['failed', 'aborted']] }),
          share: Pick.optional()
            .describe('Path to how far it is, from 0 to 1.')
            .meta({ examples: ['progress'] }),
          within: duration('30m', '10m').describe('How long it may take.'),
        })
        .optional()
        .describe('When it is done; without it as soon as the request is answered with 2xx.'),
      cancel: z
        .strictObject({ method: Method.default('POST'), url: Address })
        .optional()
        .describe('What stops it.')
        .meta({ examples: [{ method: 'DELETE', url: '{api}/jobs/{reference}' }] }),
      repeatable: z
        .boolean()
        .default(false)
        .describe('Whether the receiver does the same `Idempotency-Key` once: then a lost answer is asked for again.')
        .meta({ examples: [true] }),
    })
    .describe('Sends a request and waits until it is done: an action of your own.'),
  statuspage: z
    .strictObject({
      url: Address.default('https://api.statuspage.io')
        .describe('Of its API.')
        .meta({ examples: ['https://api.statuspage.io'] }),
      page: Text.describe('Id of the page.').meta({ examples: ['${STATUSPAGE_PAGE}'] }),
      token: Secret.describe('An API key.'),
      name: Text.optional()
        .describe('Title for the public; without it the title of the incident.')
        .meta({ examples: ['Data is late'] }),
      status: z
        .enum(['investigating', 'identified', 'monitoring', 'resolved'])
        .describe('What the public reads; a second run updates what the first has opened.')
        .meta({ examples: ['investigating'] }),
      impact: z
        .enum(['none', 'minor', 'major', 'critical'])
        .optional()
        .describe('How bad.')
        .meta({ examples: ['minor'] }),
      body: Text.describe('The message.').meta({ examples: ['We are looking into it.'] }),
      components: z
        .record(
          z.string(),
          z.enum(['operational', 'degraded_performance', 'partial_outage', 'major_outage', 'under_maintenance']),
        )
        .default({})
        .describe('The state of components, by id.')
        .meta({ examples: [{ abc123: 'degraded_performance' }] }),
    })
    .describe('Opens an incident of Statuspage, or updates the one that it opened.'),
} as const;
