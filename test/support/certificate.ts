import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { generate } from 'selfsigned';

export interface Certificate {
  readonly key: string;
  readonly cert: string;
}

/** A certificate for localhost and 127.0.0.1 that nobody trusts. */
export async function selfSignedCertificate(): Promise<Certificate> {
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'localhost' }], {
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
        ],
      },
    ],
  });
  return { key, cert };
}

let trusted: Promise<Certificate> | undefined;

/** One that this process trusts from now on. The same for all: OpenSSL does not tell apart authorities of one name. */
export function trustedCertificate(): Promise<Certificate> {
  trusted ??= selfSignedCertificate().then((certificate) => {
    setDefaultCACertificates([...getCACertificates('default'), certificate.cert]);
    return certificate;
  });
  return trusted;
}
