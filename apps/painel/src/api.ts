import type { OperacaoDaAdministracao } from '@plataforma/contracts';
import { clientePorEndereco, type Transporte } from '@plataforma/contracts/cliente';
import { comoProblema } from '@plataforma/kit';
import { pedirConfirmacao } from './confirmacao.js';
import { comSessao, direto } from './sessao.js';

const enviar = comSessao(direto);

/** What asks for a recent proof of who one is asks the person for it, and is asked again. */
const comConfirmacao: Transporte = async (envio) => {
  try {
    return await enviar(envio);
  } catch (erro) {
    if (comoProblema(erro).code !== 'auth.confirmacao-necessaria' || !(await pedirConfirmacao())) throw erro;
    return enviar(envio);
  }
};

/** The operations of the BFF by address, each with its types: `api('GET /v1/sagas', { consulta: { limite: 50 } })`. */
export const api = clientePorEndereco<OperacaoDaAdministracao>(comConfirmacao);
/** The same, of which no dialog comes: what the dialog itself asks. */
export const apiSemConfirmacao = clientePorEndereco<OperacaoDaAdministracao>(enviar);
