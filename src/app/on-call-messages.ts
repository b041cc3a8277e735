import type { Rotation } from '../domain/rotation.ts';
import type { CoverRequest, GapNotice, HandOffNotice, Received } from './on-call.ts';

/**
 * What channels are told about who is on call. Every function answers when it is durable that it will be told: a crash afterwards loses nothing,
 * and the same told twice is one message. Throws `TransientError` when Redis is away.
 */
export interface OnCallMessages {
  tellHandOff(notice: HandOffNotice): Promise<void>;
  tellGap(notice: GapNotice): Promise<void>;
  /** Posts the request; when it is taken or withdrawn, edits the message that it has. */
  tellCover(notice: CoverNotice): Promise<void>;
  /** The receiver has said "I have it": every message about that hand-off (`at`, epoch ms) says so from then on. */
  tellReceived(rotation: string, at: number, received: Received): Promise<void>;
}

/** Somebody looks for cover, has it, or does not need it any more: what a message says of it. */
export interface CoverNotice {
  readonly service: string;
  readonly rotation: Pick<Rotation, 'name' | 'title' | 'zone'>;
  readonly request: CoverRequest;
}
