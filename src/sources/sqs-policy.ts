import { globMatches } from '../domain/glob.ts';
import { fieldsOf } from './foreign-fields.ts';

/** Operators that demand that the value is there and fits; their `…IfExists` also let pass what has none. */
const DEMANDS = /^(?:ArnEquals|ArnLike|StringEquals|StringLike)$/;
const SENDING = 'sqs:sendmessage';

/**
 * Whether the queue's policy lets nobody send but the sources named: each statement that allows sending names them in
 * `aws:SourceArn`. Then a message is genuine because of where it lies. Whatever cannot be understood counts as not limited.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
 */
export function isLimitedTo(policy: string | undefined, isSource: (arn: string) => boolean): boolean {
  const statements = listOf(fieldsOf(parsed(policy ?? ''))?.Statement).map(fieldsOf);
  if (statements.length === 0) return false; // without a policy the account's own rules say who sends
  const sending = statements.filter((statement) => statement === null || maySend(statement));
  return (
    sending.length > 0 &&
    sending.every((statement) => {
      const sources = sourcesOf(fieldsOf(statement?.Condition));
      return sources.length > 0 && sources.every(isSource);
    })
  );
}

/** An EventBridge rule: what puts events into a queue directly. */
export function isEventRule(arn: string): boolean {
  return /^arn:aws[a-z-]{0,10}:events:[a-z0-9-]{1,32}:\d{12}:rule\/[^*?]{1,512}$/.test(arn);
}

function maySend(statement: Readonly<Record<string, unknown>>): boolean {
  if (statement.Effect === 'Deny') return false;
  if ('NotAction' in statement) return true;
  return listOf(statement.Action).some(
    (action) => typeof action !== 'string' || action.includes('?') || globMatches(action.toLowerCase(), SENDING),
  );
}

function sourcesOf(condition: Readonly<Record<string, unknown>> | null): string[] {
  const sources = Object.entries(condition ?? {})
    .filter(([operator]) => DEMANDS.test(operator))
    .flatMap(([, keys]) => Object.entries(fieldsOf(keys) ?? {}))
    .filter(([key]) => key.toLowerCase() === 'aws:sourcearn')
    .flatMap(([, values]) => listOf(values));
  return sources.map(String);
}

function listOf(value: unknown): readonly unknown[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
