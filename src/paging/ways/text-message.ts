import { SetupError, TransientError } from '../../app/errors.ts';
import type { AwsClients } from '../../aws/clients.ts';
import { askAws } from '../../aws/errors.ts';
import { asStrings, WAY_MS } from './publish.ts';

/** Sends text messages by SNS, from one region. */
export interface TextMessages {
  /** To a number in E.164. Throws TransientError and SetupError, without the number in their words. */
  send(phone: string, text: string): Promise<void>;
}

/** `region`: that of `AWS_REGION`; phone numbers belong to no topic that would tell. */
export function createTextMessages(aws: AwsClients, region: string | null): TextMessages {
  return {
    async send(phone, text) {
      if (region === null)
        throw new SetupError('AWS_REGION is not set, so no SMS can be sent. Set it where Tocsin runs.');
      const signal = AbortSignal.timeout(WAY_MS);
      try {
        if (await hasOptedOut(aws, region, phone, signal)) throw new SetupError(OPTED_OUT);
        await publish(aws, region, { phone, text, signal });
      } catch (error) {
        throw withoutNumbers(error);
      }
    },
  };
}

const OPTED_OUT =
  'The number has told AWS to stop (an answer such as STOP), so nothing reaches it. Opt it in again in the SNS console, under Text messaging.';

async function publish(
  aws: AwsClients,
  region: string,
  { phone, text, signal }: { readonly phone: string; readonly text: string; readonly signal: AbortSignal },
): Promise<void> {
  const client = await aws.sns(region);
  const { PublishCommand } = await import('@aws-sdk/client-sns');
  // Transactional: reliable delivery before price. https://docs.aws.amazon.com/sns/latest/dg/sms_publish-to-phone.html
  const MessageAttributes = asStrings({ 'AWS.SNS.SMS.SMSType': 'Transactional' });
  const command = new PublishCommand({ PhoneNumber: phone, Message: text, MessageAttributes });
  await askAws({ permission: 'sns:Publish', region }, () => client.send(command, { abortSignal: signal }));
}

/**
 * SNS takes a message for a number that has opted out, and delivers nothing (seen in github.com/cds-snc/notification-api/pull/2207):
 * it is asked before. Where it cannot be told the message is sent all the same.
 */
async function hasOptedOut(
  aws: AwsClients,
  region: string,
  phoneNumber: string,
  signal: AbortSignal,
): Promise<boolean> {
  const client = await aws.sns(region);
  const { CheckIfPhoneNumberIsOptedOutCommand } = await import('@aws-sdk/client-sns');
  const command = new CheckIfPhoneNumberIsOptedOutCommand({ phoneNumber });
  try {
    const answer = await askAws({ permission: 'sns:CheckIfPhoneNumberIsOptedOut', region }, () =>
      client.send(command, { abortSignal: AbortSignal.any([signal, AbortSignal.timeout(CHECK_MS)]) }),
    );
    return answer.isOptedOut === true;
  } catch (error) {
    if (error instanceof TransientError || error instanceof SetupError) return false;
    throw error;
  }
}

const CHECK_MS = 1_500;

/** AWS repeats the number in its refusals. */
function withoutNumbers(error: unknown): unknown {
  if (!(error instanceof SetupError)) return error;
  return new SetupError(error.message.replace(/\+?\d{7,}/g, 'the number'), { cause: error.cause });
}
