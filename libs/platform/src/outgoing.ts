import type { Substituida } from '@plataforma/contracts';

/** What says that something is on its way out, and by what it is replaced (RFC 9745, RFC 8594, RFC 5829). */
export const outgoingHeaders = ({ desde, ate, por }: Substituida): Record<string, string> => ({
  deprecation: `@${Date.parse(desde) / 1_000}`,
  sunset: new Date(ate).toUTCString(),
  link: `<${por}>; rel="successor-version"`,
});
