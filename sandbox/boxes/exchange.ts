import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { AwsError } from '../aws/aws-error.ts';
import type { Sns } from '../aws/sns.ts';
import type { Boxes } from './boxes.ts';

const Told = z.looseObject({
  Type: z.enum(['SubscriptionConfirmation', 'Notification', 'UnsubscribeConfirmation']),
  TopicArn: z.string(),
  Token: z.string().default(''),
  Message: z.string().default(''),
  MessageAttributes: z.looseObject({ person: z.looseObject({ Value: z.string() }) }).optional(),
});

/** Where the telephone exchange takes messages of the topic of calls. */
export const EXCHANGE_PATH = '/telephone/calls';

/**
 * The telephone exchange: a subscriber of the topic of calls as a company would write it. It confirms its subscription, rings the
 * phone of whoever the attribute `person` names and speaks the message.
 */
export function exchangeRoutes(boxes: Boxes, sns: Sns, topicArn: string) {
  return async (app: FastifyInstance): Promise<void> => {
    // SNS says that its JSON is plain text.
    app.addContentTypeParser('text/plain', { parseAs: 'string' }, (_request, body, done) => done(null, body));
    app.post(EXCHANGE_PATH, async (request, reply) => {
      const told = Told.safeParse(parse(String(request.body)));
      const isOurs = told.success && told.data.TopicArn === topicArn;
      return reply.code(isOurs ? take(told.data, boxes, sns) : 400).send();
    });
  };
}

/** The status to answer with. */
function take(
  { Type, TopicArn, Token, Message, MessageAttributes }: z.infer<typeof Told>,
  boxes: Boxes,
  sns: Sns,
): number {
  if (Type === 'SubscriptionConfirmation') return confirm(sns, TopicArn, Token) ? 200 : 400;
  if (Type === 'UnsubscribeConfirmation') return 200;
  return boxes.ring(MessageAttributes?.person.Value ?? '', Message) ? 200 : 404;
}

function confirm(sns: Sns, topicArn: string, token: string): boolean {
  try {
    sns.confirm(topicArn, token, { authenticated: true, authenticateOnUnsubscribe: true });
    return true;
  } catch (error) {
    if (error instanceof AwsError) return false;
    throw error;
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
