import type { Rota } from '@plataforma/platform';

const quem = (acesso: Rota['acesso']): string => {
  if (acesso === 'PUBLICO') return 'qualquer um';
  if (acesso === 'TOKEN_OPCIONAL') return 'qualquer um; com token, mais';
  return acesso === undefined ? 'quem tem token' : acesso.join(', ');
};

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
    'Gerado por `npm run generate` do que cada aplicação de fato serve. O que é de uma pessoa (as suas reservas, cobranças, séries, esperas e calendários), o serviço dá só a ela, e a quem a operação diz além dela.\n',
    ...sections,
  ].join('\n');
}
