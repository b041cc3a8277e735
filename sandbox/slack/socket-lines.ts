import type { WebSocket } from 'ws';
import type { Json } from './json.ts';

/** Slack allows this many connections of one app. https://docs.slack.dev/apis/events-api/using-socket-mode */
const MAX_CONNECTIONS = 10;

export interface Line {
  readonly socket: WebSocket;
  /** No envelope goes to a connection that was told to leave. */
  leaving: boolean;
}

/** The connections of the app. */
export interface Lines {
  /** Takes a connection in, or turns it away with `too_many_websockets`; `onGone` is called when it has closed. */
  accept(socket: WebSocket, onGone: () => void): Line | null;
  /** Connections that may get envelopes, oldest first. */
  live(): Line[];
  /** The live connection whose turn it is. */
  next(): Line | undefined;
  all(): readonly Line[];
}

export function createLines(): Lines {
  const lines: Line[] = [];
  let turn = 0;

  function live(): Line[] {
    return lines.filter((line) => !line.leaving && line.socket.readyState === line.socket.OPEN);
  }

  return {
    live,
    all: () => lines,
    next() {
      const open = live();
      turn += 1;
      return open[(turn - 1) % Math.max(1, open.length)];
    },
    accept(socket, onGone) {
      socket.on('error', () => socket.terminate());
      if (live().length >= MAX_CONNECTIONS) {
        socket.send(JSON.stringify(disconnectFrame('too_many_websockets')));
        return null;
      }
      const line = { socket, leaving: false };
      lines.push(line);
      socket.on('close', () => {
        lines.splice(lines.indexOf(line), 1);
        onGone();
      });
      return line;
    },
  };
}

/** What Slack says before it takes a connection away. */
export function disconnectFrame(reason: string): Json {
  return { type: 'disconnect', reason, debug_info: { host: 'sandbox' } };
}
