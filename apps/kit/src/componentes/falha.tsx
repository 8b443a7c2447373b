import { comoProblema } from '../problema.js';
import { useTextosDoKit } from '../textos.js';
import { Aviso } from './aviso.js';
import { Botao } from './botao.js';

/** What did not come about, in words, with a way on where there is one. */
export function Falha({ erro, deNovo }: { erro: unknown; deNovo?: () => void }) {
  const t = useTextosDoKit();
  const { code, titulo, detalhe, correlationId } = comoProblema(erro);
  const desconhecida = code === 'sem-resposta' || /^http-5/.test(code);
  return (
    <Aviso tom="perigo" titulo={desconhecida ? t('falha.semResposta') : titulo || t('falha.titulo')}>
      <p>{desconhecida ? t('falha.semRespostaDetalhe') : detalhe}</p>
      {correlationId !== undefined && desconhecida && <p>{t('falha.codigo', { codigo: correlationId })}</p>}
      {deNovo && (
        <div>
          <Botao forma="secundario" onClick={deNovo}>
            {t('falha.deNovo')}
          </Botao>
        </div>
      )}
    </Aviso>
  );
}
