import { direitos, escopos, noEspaco, papeisCom, type Permissao, politica } from '@plataforma/contracts';
import type { Rota } from '@plataforma/platform';

const quem = (acesso: Rota['acesso']): string => {
  if (acesso === 'PUBLICO') return 'qualquer um';
  if (acesso === 'TOKEN_OPCIONAL') return 'qualquer um; com token, mais';
  return acesso === undefined ? 'ninguém' : `\`${acesso}\``;
};

/** The table by which everything is decided, as it stands in the code. */
const permissions = (): string[] =>
  direitos.map((direito) => {
    const papeis = papeisCom(direito);
    const [permissao] = direito.split(':') as [Permissao];
    const alcance = papeis === null ? 'o que é seu' : 'o que é de todos';
    const chave = (escopos as readonly string[]).includes(direito) ? 'sim' : 'não';
    const { permite } = politica[permissao];
    return `| \`${direito}\` | ${permite} | ${alcance} | ${papeis?.join(', ') ?? 'quem tem token'} | ${chave} |`;
  });

/** Who may use each route of each application, as its guard decides it. */
export function accessTable(routes: Readonly<Record<string, readonly Rota[]>>): string {
  const sections = Object.entries(routes).map(([name, rotas]) =>
    [
      `## ${name}\n`,
      '| rota | quem |',
      '| --- | --- |',
      ...rotas.map(
        ({ metodo, caminho, acesso, exigeConfirmacao }) =>
          `| \`${metodo} ${caminho}\` | ${quem(acesso)}${exigeConfirmacao ? ', que se confirmou nos últimos 5 minutos' : ''} |`,
      ),
      '',
    ].join('\n'),
  );
  return [
    '# Quem pode o quê\n',
    'Gerado por `npm run generate` da [tabela](../../libs/contracts/src/politica.ts) por que guardas, serviços e chaves de API decidem, e do que cada aplicação de fato serve. Uma rota que não nomeia linha nenhuma não é de ninguém.\n',
    '## As permissões\n',
    'Onde uma permissão tem dois alcances, `:todos` é o do que é de outros; sem ele, o serviço dá só o que é de quem pede. Uma chave de API faz o que os seus escopos dizem **e** o dono dela pode.\n',
    '| permissão | permite | alcance | quem | chave de API |',
    '| --- | --- | --- | --- | --- |',
    ...permissions(),
    '',
    '## Em cada espaço\n',
    'O que se dá a grupos de pessoas num espaço (`PUT /v1/acessos/espacos/:id`, auth), e quem o tem onde nenhum grupo foi dito. Quem pode mais pode menos; `espacos.administrar` pode tudo em todos.\n',
    '| direito | permite | sem grupos |',
    '| --- | --- | --- |',
    ...Object.entries(noEspaco).map(([direito, { permite, padrao }]) => `| \`${direito}\` | ${permite} | ${padrao} |`),
    '',
    ...sections,
  ].join('\n');
}
