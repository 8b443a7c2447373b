import { useState } from 'react';
import type { ReservaHttp } from '@plataforma/contracts';
import { agora, Botao, contagem, Dialogo, Falha, useAgora, useEnvio } from '@plataforma/kit';
import { api } from '../api.js';
import { comChave } from '../pedido.js';
import { useTextos } from '../textos/index.js';

/** Less than this before the end one is asked, ms. */
const PERGUNTA_MS = 45_000;

/** Near the end of a hold, whoever still pays is asked whether they need more time: once, where the space has it to give. */
export function MaisTempo({ reserva: { id, expiraEm }, aoTer }: { reserva: ReservaHttp; aoTer: () => unknown }) {
  const t = useTextos();
  const [dispensado, setDispensado] = useState(false);
  useAgora(1_000);
  const resta = Date.parse(expiraEm) - agora();
  const pedir = useEnvio(
    () =>
      comChave({ maisTempo: id }, undefined, ({ cabecalhos }) =>
        api('POST /v1/reservas/:id/prorrogacao', { parametros: { id }, cabecalhos }),
      ),
    aoTer,
  );
  if (dispensado || resta <= 0 || resta > PERGUNTA_MS) return null;
  const fechar = (): void => setDispensado(true);
  return (
    <Dialogo
      titulo={t('maisTempo.titulo')}
      fechar={fechar}
      acoes={
        <>
          <Botao ocupado={pedir.ocupado} onClick={() => pedir.enviar(undefined)}>
            {t('maisTempo.sim')}
          </Botao>
          <Botao forma="secundario" onClick={fechar}>
            {t('maisTempo.nao')}
          </Botao>
        </>
      }
    >
      {pedir.falha !== undefined && <Falha erro={pedir.falha} />}
      <p>
        {t('maisTempo.detalhe')}{' '}
        <strong role="timer" aria-live="off">
          {contagem(resta)}
        </strong>
      </p>
    </Dialogo>
  );
}
