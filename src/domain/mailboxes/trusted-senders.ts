/**
 * Whether a sender is one of the mailbox's Trusted Senders (spec §7). An entry with `@` is that address; one without is a domain
 * and stands for its addresses, not for those of its subdomains: whoever may send from a subdomain is not always who owns the domain.
 */
export const isTrustedSender = (address: string, trustedSenders: readonly string[]): boolean => {
  const sender = address.toLowerCase();
  const domain = sender.slice(sender.lastIndexOf('@') + 1);
  return trustedSenders.some(
    (entry) => entry !== '' && entry.toLowerCase() === (entry.includes('@') ? sender : domain),
  );
};
