import { type DisputaNoProvedor, retidoPor } from './disputa.js';
import type { EstornoNoProvedor } from './estorno.js';

/** What was captured through an intent that no charge is paid through, and what became of it, as the provider shows it. */
export interface FatosDoOrfao {
  readonly capturadoCentavos: number;
  readonly taxa: { readonly transacaoId: string; readonly centavos: number } | null;
  readonly estornos: readonly EstornoNoProvedor[];
  readonly disputas: readonly DisputaNoProvedor[];
}

/**
 * What is to be done next, until nothing of it is ours any more: give back what remains, or wait, for the provider to
 * finish a refund or for a bank to decide. After a lost dispute the provider refunds nothing: what remains waits for
 * somebody, and stays visible.
 */
export function proximoPasso({
  capturadoCentavos,
  estornos,
  disputas,
}: FatosDoOrfao): 'DEVOLVER' | 'ESPERAR' | 'ENCERRAR' {
  const soma = (situacao: EstornoNoProvedor['situacao']) =>
    estornos.reduce((total, estorno) => total + (estorno.situacao === situacao ? estorno.valorCentavos : 0), 0);
  const retido = disputas.reduce((total, disputa) => total + retidoPor(disputa), 0);
  const processando = soma('EM_PROCESSAMENTO');
  const resta = capturadoCentavos - soma('CONCLUIDO') - processando - retido;
  const aberta = disputas.some(({ situacao, estornavel }) => situacao === 'ABERTA' && !estornavel);
  if (aberta || processando > 0) return 'ESPERAR';
  if (resta <= 0) return 'ENCERRAR';
  return disputas.some(({ situacao, estornavel }) => situacao === 'PERDIDA' && !estornavel) ? 'ESPERAR' : 'DEVOLVER';
}
