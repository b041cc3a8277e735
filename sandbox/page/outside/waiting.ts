import type { SandboxBox, SandboxBoxItem, SandboxCall } from '../../api.ts';

/** What came, and for whom. */
export interface Arrival {
  readonly box: SandboxBox;
  readonly item: SandboxBoxItem;
}

/** How much in these boxes nobody has read. */
export function waitingIn(boxes: readonly SandboxBox[]): number {
  return boxes.flatMap(({ items }) => items).filter(({ isRead }) => !isRead).length;
}

/** All that came to these boxes, newest first. */
export function arrivalsOf(boxes: readonly SandboxBox[]): readonly Arrival[] {
  const all = boxes.flatMap((box) => box.items.map((item) => ({ box, item })));
  return all.sort((a, b) => b.item.at - a.item.at);
}

/** Phones that ring just now, the first one first. */
export function ringingIn(boxes: readonly SandboxBox[]): readonly (Arrival & { readonly item: SandboxCall })[] {
  return arrivalsOf(boxes)
    .flatMap(({ box, item }) => (item.kind === 'call' && item.state === 'ringing' ? [{ box, item }] : []))
    .reverse();
}

/** `+1 613 555 0102`: in groups where the country's are known, else as it is. */
export function numberWords(number: string): string {
  return number.replace(/^\+1(\d{3})(\d{3})(\d{4})$/, '+1 $1 $2 $3');
}
