import { type Message, md, message, section } from './kit.ts';
import { BUDGET } from './limits.ts';
import { written } from './phrase.ts';

/** Something that whoever operates Tocsin must know or mend, as a message to their channel. Plain text. */
export function operatorNotice(text: string): Message {
  const words = written(text, BUDGET.prose);
  return message(
    md`Notice for the operators of Tocsin: ${words}`,
    section(md`🛠️ *For the operators of Tocsin*\n${words}`),
  );
}
