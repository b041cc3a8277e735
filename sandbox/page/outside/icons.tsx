/** Drawn signs; what they mean is said beside them. */
function Icon({ path }: { path: string }) {
  return (
    <svg className="icon-sign" viewBox="0 0 24 24" width="16" height="16" fill="currentColor" aria-hidden="true">
      <path d={path} />
    </svg>
  );
}

export function PhoneIcon() {
  return (
    <Icon path="M6.600 10.800a15.100 15.100 0 0 0 6.600 6.600l2.200-2.200c.3-.3.700-.4 1-.2 1.100.4 2.300.6 3.600.6.600 0 1 .4 1 1V20c0 .600-.4 1-1 1A17 17 0 0 1 3 4c0-.600.4-1 1-1h3.500c.600 0 1 .4 1 1 0 1.200.2 2.400.6 3.600.1.300 0 .700-.2 1l-2.300 2.200Z" />
  );
}

export function TextIcon() {
  return <Icon path="M4 3h16a2 2 0 0 1 2 2v11a2 2 0 0 1-2 2H8l-5 4V5a2 2 0 0 1 1-2Zm3 5v2h10V8H7Zm0 4v2h7v-2H7Z" />;
}

export function MailIcon() {
  return (
    <Icon path="M3 5h18a1 1 0 0 1 1 1v1.200l-10 6-10-6V6a1 1 0 0 1 1-1Zm-1 4.500 10 6 10-6V18a1 1 0 0 1-1 1H3a1 1 0 0 1-1-1V9.500Z" />
  );
}
