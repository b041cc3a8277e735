import type { SandboxView } from '../../api.ts';
import { Blocks } from '../blocks/block.tsx';
import { SurfaceProvider, useWorkspace } from '../context.ts';
import { useViewForm } from './surface.ts';

/** The app's Home tab for the person who is looking. */
export function AppHome({ view }: { view: SandboxView | null }) {
  const { app } = useWorkspace();
  return (
    <section className="app-home" data-testid="app-home" aria-label={`Home of ${app.name}`}>
      {view ? (
        <HomeBlocks key={view.id} view={view} />
      ) : (
        <div className="empty">
          <h2>Nothing here yet</h2>
          <p>{app.connected ? `${app.name} is drawing your Home…` : `${app.name} is away; its Home comes with it.`}</p>
        </div>
      )}
    </section>
  );
}

function HomeBlocks({ view }: { view: SandboxView }) {
  const { surface } = useViewForm(view);
  return (
    <SurfaceProvider value={surface}>
      <Blocks blocks={view.blocks} />
    </SurfaceProvider>
  );
}
