import type { Rota } from '@plataforma/platform';
import { stringify } from 'yaml';
import { kongConfig } from './kong-config.ts';

/** Where the gateway's declaration is kept, without what an installation alone has. */
export const kongFile = 'infra/kong/kong.yml';

const HEAD = `# Kong 3.9, declarativo, sem banco. Gerado por \`npm run generate\` das rotas que os BFFs servem (tools/edge).
# As chaves dos tokens, as origens e o destino dos rastros vêm de \`npm run kong:render\`; sem elas todo token é recusado.
`;

export const asYaml = (config: object): string =>
  HEAD + stringify(config, { lineWidth: 0, aliasDuplicateObjects: false });

/** The document that \`npm run generate\` keeps. */
export const kongDocument = (routes: Readonly<Record<string, readonly Rota[]>>): [string, string] => [
  kongFile,
  asYaml(kongConfig(routes)),
];
