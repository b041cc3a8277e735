import type { QueryAction } from './sns-query.ts';

/** The actions of SNS about telephone numbers. Its parameters begin with small letters here, and nowhere else. */
export const SMS_ACTIONS: Readonly<Record<string, QueryAction>> = {
  CheckIfPhoneNumberIsOptedOut: (sns, { params }) => ({
    isOptedOut: String(sns.sms.isOptedOut(params.get('phoneNumber') ?? '')),
  }),
  ListPhoneNumbersOptedOut: (sns) => ({ phoneNumbers: sns.sms.optedOut() }),
  OptInPhoneNumber: (sns, { params }) => {
    sns.sms.optIn(params.get('phoneNumber') ?? '');
    return {};
  },
};
