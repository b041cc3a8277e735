import type { S3Answer } from './endpoint.ts';

/** Objects of one bucket. */
export interface StoredObject {
  readonly key: string;
  readonly size: number;
  /** Epoch milliseconds. */
  readonly modifiedAt: number;
}

/** Buckets, by name, whose objects are looked up when somebody asks. */
export interface S3 {
  /** Gives a bucket its objects; the newest answer counts. */
  add(bucket: string, objects: () => readonly StoredObject[]): void;
  readonly answer: S3Answer;
}

const KEYS_PER_PAGE = 1000;
const NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/';

/** An S3 that lists: `ListObjectsV2`, path style. */
export function createS3(): S3 {
  const buckets = new Map<string, () => readonly StoredObject[]>();
  return {
    add: (bucket, objects) => void buckets.set(bucket, objects),
    answer: ({ method, path, query }) => {
      const [bucket = '', ...key] = path.split('/');
      const objects = buckets.get(bucket);
      if (objects === undefined) return failure(404, 'NoSuchBucket', 'The specified bucket does not exist');
      const isList = method === 'GET' && key.join('/') === '' && query.get('list-type') === '2';
      if (!isList) return failure(501, 'NotImplemented', 'Only ListObjectsV2 is offered here');
      return { status: 200, xml: listed(bucket, objects(), query) };
    },
  };
}

function listed(bucket: string, objects: readonly StoredObject[], query: URLSearchParams): string {
  const prefix = query.get('prefix') ?? '';
  const most = Math.min(Number(query.get('max-keys') ?? KEYS_PER_PAGE), KEYS_PER_PAGE);
  const after = query.get('continuation-token') ?? query.get('start-after') ?? '';
  const found = objects
    .filter(({ key }) => key.startsWith(prefix) && key > after)
    .sort((a, b) => (a.key < b.key ? -1 : 1));
  const { contents, common } = grouped(found, prefix, query.get('delimiter'));
  const page = contents.slice(0, most);
  const last = page.at(-1)?.key;
  const isCut = contents.length > page.length && last !== undefined;
  return document(
    'ListBucketResult',
    [
      element('Name', bucket),
      element('Prefix', prefix),
      element('KeyCount', String(page.length + common.length)),
      element('MaxKeys', String(most)),
      element('IsTruncated', String(isCut)),
      ...(isCut ? [element('NextContinuationToken', last)] : []),
      ...page.map(({ key, size, modifiedAt }) => {
        const modified = element('LastModified', new Date(modifiedAt).toISOString());
        return `<Contents>${element('Key', key)}${modified}${element('Size', String(size))}<StorageClass>STANDARD</StorageClass></Contents>`;
      }),
      ...common.map((one) => `<CommonPrefixes>${element('Prefix', one)}</CommonPrefixes>`),
    ].join(''),
  );
}

function grouped(objects: readonly StoredObject[], prefix: string, delimiter: string | null) {
  if (delimiter === null || delimiter === '') return { contents: objects, common: [] };
  const folderOf = ({ key }: StoredObject): string | null => {
    const end = key.indexOf(delimiter, prefix.length);
    return end < 0 ? null : key.slice(0, end + delimiter.length);
  };
  const common = new Set(objects.flatMap((one) => folderOf(one) ?? []));
  return { contents: objects.filter((one) => folderOf(one) === null), common: [...common] };
}

function failure(status: number, code: string, message: string): { readonly status: number; readonly xml: string } {
  return {
    status,
    xml: `<?xml version="1.0" encoding="UTF-8"?><Error>${element('Code', code)}${element('Message', message)}</Error>`,
  };
}

function document(name: string, inner: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?><${name} xmlns="${NAMESPACE}">${inner}</${name}>`;
}

function element(name: string, text: string): string {
  return `<${name}>${text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')}</${name}>`;
}
