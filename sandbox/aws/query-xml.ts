import type { AwsError } from './aws-error.ts';

/** What an answer of the Query protocol is made of; an array becomes `<member>` elements, `undefined` is left out. */
export type XmlValue = string | readonly XmlValue[] | { readonly [key: string]: XmlValue | undefined };

/** A successful answer of the Query protocol; `result` is `null` for actions that answer nothing. */
export function renderResult(action: string, namespace: string, result: XmlValue | null, requestId: string): string {
  const inner = result === null ? '' : `<${action}Result>${renderValue(result)}</${action}Result>`;
  const metadata = `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata>`;
  return `<${action}Response xmlns="${namespace}">${inner}${metadata}</${action}Response>`;
}

export function renderError(error: AwsError, namespace: string, requestId: string): string {
  const type = error.status < 500 ? 'Sender' : 'Receiver';
  const fields = renderValue({ Type: type, Code: error.code, Message: error.message });
  return `<ErrorResponse xmlns="${namespace}"><Error>${fields}</Error><RequestId>${requestId}</RequestId></ErrorResponse>`;
}

/** A string map, as SNS writes attributes: `<entry><key/><value/></entry>`. */
export function renderMap(map: Readonly<Record<string, string | undefined>>): XmlValue {
  const entries = Object.entries(map).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return { entry: entries.map(([key, value]) => ({ key, value })) };
}

function renderValue(value: XmlValue): string {
  if (typeof value === 'string') return escapeXml(value);
  if (isList(value)) return value.map((item) => `<member>${renderValue(item)}</member>`).join('');
  return Object.entries(value)
    .map(([key, item]) => renderElement(key, item))
    .join('');
}

/** `entry` repeats itself where any other list is wrapped into `<member>`s. */
function renderElement(key: string, value: XmlValue | undefined): string {
  if (value === undefined) return '';
  if (key === 'entry' && isList(value)) return value.map((item) => `<entry>${renderValue(item)}</entry>`).join('');
  return `<${key}>${renderValue(value)}</${key}>`;
}

function isList(value: XmlValue): value is readonly XmlValue[] {
  return Array.isArray(value);
}

function escapeXml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll('\r', '&#xD;');
}
