import type { SandboxFault } from '../../api.ts';
import { FaultRow } from '../frame/systems.tsx';
import { remembered } from '../view/remembered.ts';

/** Ways in which pages can fail to arrive. */
export const PagingFaults = remembered(PagingFaultsView);

function PagingFaultsView({ faults }: { faults: readonly SandboxFault[] }) {
  const broken = faults.filter(({ on }) => on).length;
  return (
    <details className="service" data-testid="paging-faults">
      <summary>
        <strong>Make delivery fail</strong>
        <span className="quiet">{broken === 0 ? 'all works' : `${broken} broken`}</span>
      </summary>
      {faults.map((fault) => (
        <FaultRow key={fault.name} system="paging" fault={fault} />
      ))}
    </details>
  );
}
