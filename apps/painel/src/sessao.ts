import type { OperacaoDaAdministracao } from '@plataforma/contracts';
import { clientePorEndereco, porFetch, type Transporte } from '@plataforma/contracts/cliente';
import { comRelogio, criarSessao } from '@plataforma/kit';

/** The API of the panel stands under this prefix, beside the page. */
const daCasa = porFetch(location.origin, { prazoMs: 15_000, buscar: comRelogio });
export const direto: Transporte = (envio) => daCasa({ ...envio, path: `/admin${envio.path}` });

/** For whoever is not logged in yet. */
export const semSessao = clientePorEndereco<OperacaoDaAdministracao>(direto);

/** Who is logged in on the panel. */
export const { abrirSessao, comSessao, quandoAcabar, retomarSessao, sair, sessaoSabida, talvezHajaSessao, useSessao } =
  criarSessao({
    renovar: async () => (await semSessao('POST /v1/navegador/sessoes/renovacao')).body,
    encerrar: () => semSessao('POST /v1/navegador/sessoes/encerramento'),
  });
