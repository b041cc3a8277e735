import type { SandboxBox, SandboxCall } from '../../api.ts';
import { userOf, useWorkspace } from '../context.ts';
import { Avatar } from '../view/avatar.tsx';
import { PhoneIcon } from './icons.tsx';
import { numberWords, ringingIn } from './waiting.ts';

/** Phones that ring, wherever one is on the page. Answering plays what the call says; SNS has no way back to the sender. */
export function Ringing({ boxes, answered }: { boxes: readonly SandboxBox[]; answered: () => void }) {
  return (
    <div className="ringing" role="status" aria-live="assertive">
      {ringingIn(boxes).map(({ box, item }) => (
        <OneCall key={item.id} person={box.id} call={item} answered={answered} />
      ))}
    </div>
  );
}

function OneCall({ person, call, answered }: { person: string; call: SandboxCall; answered: () => void }) {
  const workspace = useWorkspace();
  const user = userOf(workspace, person);
  const pickUp = (how: 'answered' | 'declined') => workspace.act({ type: 'pick-up', call: call.id, how });
  const answer = async () => {
    const { ok } = await pickUp('answered');
    if (ok) answered();
  };
  return (
    <section className="ring" aria-label={`${user.realName}’s phone rings`} data-testid={`ring-${person}`}>
      <Avatar user={user} size="normal" />
      <p>
        <strong>{user.realName}’s phone rings</strong>
        <span className="quiet">
          <PhoneIcon /> {numberWords(call.to)}
        </span>
      </p>
      <div className="ring-deeds">
        <button type="button" className="button small" onClick={() => void pickUp('declined')}>
          Decline
        </button>
        <button type="button" className="button small primary" onClick={() => void answer()}>
          Answer
        </button>
      </div>
    </section>
  );
}
