const MAX_AT_ONCE = 100;

/**
 * One call for many: what is asked in one turn of the event loop, or while a call is under way, goes together. Nobody waits
 * for more to come. `send` answers in the order it was given; when it fails, all who went with it hear of it.
 */
export function gathered<Item, Answer>(
  send: (items: readonly Item[]) => Promise<readonly Answer[]>,
): (item: Item) => Promise<Answer> {
  interface Waiting {
    readonly item: Item;
    readonly resolve: (answer: Answer) => void;
    readonly reject: (error: unknown) => void;
  }
  let waiting: Waiting[] = [];
  let isUnderWay = false;

  async function sendAll(): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting.slice(0, MAX_AT_ONCE);
      waiting = waiting.slice(MAX_AT_ONCE);
      await answerAll(batch);
    }
    isUnderWay = false;
  }

  async function answerAll(batch: readonly Waiting[]): Promise<void> {
    try {
      const answers = await send(batch.map(({ item }) => item));
      for (const [i, { resolve }] of batch.entries()) resolve(answers[i] as Answer); // as many as were sent
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      if (isUnderWay) return;
      isUnderWay = true;
      setImmediate(() => void sendAll());
    });
}
