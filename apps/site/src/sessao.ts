import type { OperacaoDaWeb } from '@plataforma/contracts';
import { clientePorEndereco, porFetch } from '@plataforma/contracts/cliente';
import { criarSessao } from '@plataforma/kit';

const semSessao = clientePorEndereco<OperacaoDaWeb>(porFetch(location.origin));

/** Who is logged in on the site. */
export const {
  abrirSessao,
  acabou,
  comSessao,
  conferirSessao,
  conhecer,
  haviaSessao,
  quandoAcabar,
  retomarSessao,
  sair,
  sessaoSabida,
  talvezHajaSessao,
  tokenDeAcesso,
  useSessao,
} = criarSessao({
  renovar: async () => (await semSessao('POST /v1/sessoes/renovacao')).body,
  encerrar: () => semSessao('POST /v1/sessoes/encerramento'),
});
