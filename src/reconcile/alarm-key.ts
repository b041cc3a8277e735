/** What the key of a CloudWatch alarm says, see `Alert.key`. */
export interface AlarmKey {
  readonly account: string;
  readonly region: string;
  readonly name: string;
  /** Of an alarm over many series, the one that the key is about. */
  readonly contributor: string | null;
}

const KEY = /^cw:1:(?<account>\d{12})\/(?<region>[a-z0-9-]{1,32})\/(?<name>[^#]+)(?:#(?<contributor>.+))?$/su;

/** `null` for a key of another source. */
export function readAlarmKey(key: string): AlarmKey | null {
  const groups = KEY.exec(key)?.groups;
  if (!groups) return null;
  const { account = '', region = '', name = '', contributor } = groups;
  return {
    account,
    region,
    name: unescaped(name),
    contributor: contributor === undefined ? null : unescaped(contributor),
  };
}

/** Undoes what `keyPart` escapes. */
function unescaped(text: string): string {
  return text.replace(/%2[35]/g, (code) => (code === '%23' ? '#' : '%'));
}
