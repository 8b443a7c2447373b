/** What every page says. */
export const textos = {
  ajustes: {
    pular: 'Ir para o conteúdo',
    idioma: 'Idioma',
    tema: 'Aparência',
    semRede: 'Sem conexão. O que já está na tela continua aqui; o resto volta com ela.',
    saiuSoAqui:
      'Você saiu deste navegador, mas o servidor ainda não soube. Continuamos a avisá-lo; deixe esta página aberta, se puder.',
  },
  temas: { sistema: 'Do aparelho', claro: 'Clara', escuro: 'Escura' },
  falha: {
    titulo: 'Algo não saiu como devia',
    semResposta: 'Não recebemos resposta',
    semRespostaDetalhe:
      'Pode ser a conexão, ou um serviço ocupado. O que você escreveu continua aqui; repetir é seguro.',
    codigo: 'Se precisar de ajuda, informe este código: {codigo}',
    deNovo: 'Tentar de novo',
  },
};
