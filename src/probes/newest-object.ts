import { ListObjectsV2Command, type _Object as StoredObject } from '@aws-sdk/client-s3';
import { SetupError } from '../app/errors.ts';
import { askAws } from '../aws/errors.ts';
import type { Answer } from '../domain/query.ts';
import { durationWords } from '../stats/duration-words.ts';
import { answer } from './answer.ts';
import type { Asking } from './probes.ts';

const MAX_PAGES = 5;
const PAGE = 1_000;
const MS: Readonly<Record<string, number>> = { Minutes: 60_000, Hours: 3_600_000, Days: 86_400_000 };

/** How old the newest object under a prefix is: in seconds, unless the query's unit is `Minutes`, `Hours` or `Days`. */
export async function askNewestObject(asking: Asking<'s3'>): Promise<Answer> {
  const { query, ask, fill, now } = asking;
  const place = `s3://${fill(ask.bucket)}/${fill(ask.prefix)}`;
  const newest = (await objects(asking, place)).reduce<StoredObject | null>(
    (best, one) => (timeOf(one) > (best ? timeOf(best) : 0) ? one : best),
    null,
  );
  if (!newest) return answer(`nothing under ${place}`);
  const at = timeOf(newest);
  const age = Math.max(0, now() - at);
  return answer(`${durationWords(age)} old: ${newest.Key ?? ''}`, { value: age / (MS[query.unit ?? ''] ?? 1_000), at });
}

function timeOf({ LastModified }: StoredObject): number {
  return LastModified?.getTime() ?? 0;
}

/** S3 lists by name, so all must be seen to know the newest: where that is too many, no age is the honest answer. */
async function objects({ aws, region, ask, where, fill }: Asking<'s3'>, place: string): Promise<StoredObject[]> {
  const client = await aws.s3(region);
  const found: StoredObject[] = [];
  let token: string | undefined;
  for (let page = 0; page < MAX_PAGES; page++) {
    const asked = { Bucket: fill(ask.bucket), Prefix: fill(ask.prefix), MaxKeys: PAGE };
    const command = new ListObjectsV2Command({ ...asked, ...(token !== undefined && { ContinuationToken: token }) });
    const got = await askAws({ permission: 's3:ListBucket', region }, () =>
      client.send(command, { abortSignal: where.signal }),
    );
    found.push(...(got.Contents ?? []));
    token = got.NextContinuationToken;
    if (token === undefined) return found;
  }
  throw new SetupError(
    `There are more than ${(MAX_PAGES * PAGE).toLocaleString('en-US')} objects under ${place}: name a longer prefix.`,
  );
}
