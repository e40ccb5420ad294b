/** Where Microsoft 365 is reached. The defaults are the worldwide cloud; the national clouds have addresses of their own. */
export interface MicrosoftCloud {
  /** Where tokens are issued: https, without the tenant and without a slash at the end. */
  readonly authority: string;
  /** Origin of Microsoft Graph, without version and slash at the end; also the resource that Graph's scopes name. */
  readonly graphUrl: string;
  readonly imapHost: string;
  readonly imapPort: number;
  /** The resource that the scope IMAP.AccessAsUser.All belongs to. */
  readonly imapResource: string;
  readonly smtpHost: string;
  readonly smtpPort: number;
  /** Hosts taken for a genuine authority without asking Microsoft; needed for an authority that is not Microsoft's own. */
  readonly knownAuthorities?: readonly string[];
  /** The authority's OpenID configuration as JSON, where it is not to be fetched. */
  readonly authorityMetadata?: string;
  /** The authority's instance discovery as JSON, where it is not to be fetched. */
  readonly cloudDiscoveryMetadata?: string;
}

export const worldwideCloud: MicrosoftCloud = {
  authority: 'https://login.microsoftonline.com',
  graphUrl: 'https://graph.microsoft.com',
  imapHost: 'outlook.office365.com',
  imapPort: 993,
  imapResource: 'https://outlook.office.com',
  smtpHost: 'smtp.office365.com',
  smtpPort: 587,
};

/** Addresses of another cloud; what is left out is the worldwide cloud's. */
export interface CloudAddresses {
  readonly authority: string | undefined;
  readonly graphUrl: string | undefined;
  readonly imapHost: string | undefined;
  readonly imapPort: number | undefined;
  readonly imapResource: string | undefined;
  readonly smtpHost: string | undefined;
  readonly smtpPort: number | undefined;
}

export function microsoftCloud({
  authority,
  graphUrl,
  imapHost,
  imapPort,
  imapResource,
  smtpHost,
  smtpPort,
}: CloudAddresses): MicrosoftCloud {
  const resource = imapResource ?? (imapHost === undefined ? undefined : `https://${imapHost}`);
  return {
    authority: authority ?? worldwideCloud.authority,
    graphUrl: graphUrl ?? worldwideCloud.graphUrl,
    imapHost: imapHost ?? worldwideCloud.imapHost,
    imapPort: imapPort ?? worldwideCloud.imapPort,
    imapResource: resource ?? worldwideCloud.imapResource,
    smtpHost: smtpHost ?? worldwideCloud.smtpHost,
    smtpPort: smtpPort ?? worldwideCloud.smtpPort,
    ...(authority === undefined ? {} : { knownAuthorities: [new URL(authority).host] }),
  };
}
