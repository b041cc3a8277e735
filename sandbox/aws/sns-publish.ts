import { invalidParameter } from './aws-error.ts';
import type { XmlValue } from './query-xml.ts';
import type { Publication, Sns } from './sns.ts';
import type { Protocol, Topic } from './topics.ts';

const MAX_MESSAGE_BYTES = 262_144;
const PROTOCOLS: readonly Protocol[] = ['http', 'https', 'sqs', 'email', 'sms'];
const TARGETS = ['TopicArn', 'TargetArn', 'PhoneNumber'] as const;

/** What a `Publish` goes to: the ARN of a topic, or a phone number; `''` when it names none. */
export function publishTarget(params: URLSearchParams): string {
  return TARGETS.map((name) => params.get(name)).find((value) => value !== null) ?? '';
}

/**
 * `Publish` to a topic or to a phone number.
 * @throws AwsError as SNS would say no
 */
export function publish(sns: Sns, params: URLSearchParams, topicByArn: (arn: string) => Topic): XmlValue {
  const given = TARGETS.filter((name) => params.has(name));
  if (given.length === 0) throw invalidParameter('TopicArn or TargetArn Reason: no value for required parameter');
  if (given.length > 1) throw invalidParameter(`Only one of ${given.join(', ')} may be given`);
  const target = publishTarget(params);
  const publication = publicationOf(params);
  if (given[0] !== 'PhoneNumber') return { MessageId: sns.publish(topicByArn(target).arn, publication) };
  const text = publication.byProtocol?.sms ?? publication.message;
  return { MessageId: sns.sms.send(target, text, publication.attributes) };
}

function publicationOf(params: URLSearchParams): Publication {
  const message = params.get('Message') ?? '';
  if (message === '') throw invalidParameter('Empty message');
  if (Buffer.byteLength(message) > MAX_MESSAGE_BYTES) throw invalidParameter('Message too long');
  const subject = params.get('Subject');
  if (subject !== null && !/^[\x20-\x7e]{1,100}$/.test(subject)) throw invalidParameter('Subject');
  const attributes = messageAttributes(params);
  const common = { subject, ...(Object.keys(attributes).length > 0 ? { attributes } : {}) };
  return params.get('MessageStructure') === 'json' ? { ...common, ...byProtocol(message) } : { ...common, message };
}

/** With `MessageStructure=json` the message is a map by protocol, whose `default` is for everybody else. */
function byProtocol(message: string): Pick<Publication, 'message' | 'byProtocol'> {
  const texts = parseObject(message);
  if (typeof texts.default !== 'string')
    throw invalidParameter('Message Structure - No default entry in JSON message body');
  const own = PROTOCOLS.flatMap((protocol) => {
    const text = texts[protocol];
    return typeof text === 'string' ? [[protocol, text] as const] : [];
  });
  return { message: texts.default, byProtocol: Object.fromEntries(own) };
}

function parseObject(text: string): Readonly<Record<string, unknown>> {
  try {
    const found: unknown = JSON.parse(text);
    if (typeof found === 'object' && found !== null) return { ...found };
  } catch {
    // Falls through to SNS's own words for both cases.
  }
  throw invalidParameter('Message Structure - JSON message body failed to parse');
}

function messageAttributes(params: URLSearchParams): Record<string, { Type: string; Value: string }> {
  const found: Record<string, { Type: string; Value: string }> = {};
  for (let i = 1; params.has(`MessageAttributes.entry.${i}.Name`); i += 1) {
    const at = `MessageAttributes.entry.${i}`;
    const name = params.get(`${at}.Name`) ?? '';
    const value = params.get(`${at}.Value.StringValue`) ?? params.get(`${at}.Value.BinaryValue`) ?? '';
    if (value === '')
      throw invalidParameter(`The message attribute '${name}' must contain non-empty message attribute value.`);
    found[name] = { Type: params.get(`${at}.Value.DataType`) ?? 'String', Value: value };
  }
  return found;
}
