import { useState } from 'react';
import { Aviso, Botao, consultas, data, Falha, fusoDaqui, useEnvio, useIdioma } from '@plataforma/kit';
import { useQuery } from '@tanstack/react-query';
import { api } from '../api.js';
import estilo from '../telas/telas.module.css';
import { useCopia } from '../copia.js';
import { useTextos } from '../textos/index.js';

/** Secret addresses by which calendar programs read one's bookings; each is shown once, and can be taken back. */
export function AgendaAssinada() {
  const t = useTextos();
  const idioma = useIdioma();
  const [endereco, setEndereco] = useState<string>();
  const { alvo, copiado, copiar } = useCopia<HTMLElement>();
  const { data: calendarios } = useQuery({
    queryKey: ['calendarios'],
    queryFn: async () => (await api('GET /v1/calendarios')).body.itens,
  });
  const reler = (): Promise<void> => consultas.invalidateQueries({ queryKey: ['calendarios'] });
  const criar = useEnvio(
    async () => (await api('POST /v1/calendarios', { corpo: { escopo: 'USUARIO' } })).body,
    ({ caminho }) => {
      setEndereco(new URL(caminho, location.origin).href);
      return reler();
    },
  );
  const revogar = useEnvio((id: string) => api('DELETE /v1/calendarios/:id', { parametros: { id } }), reler);
  const falha = criar.falha ?? revogar.falha;
  return (
    <details>
      <summary>{t('agenda.titulo')}</summary>
      <div className={estilo['pilha']}>
        <p>{t('agenda.detalhe')}</p>
        {falha !== undefined && <Falha erro={falha} />}
        {endereco !== undefined && (
          <Aviso tom="certo" titulo={t('agenda.umaVez')}>
            <p>
              <code ref={alvo} className={estilo['segredo']}>
                {endereco}
              </code>
            </p>
            <div className={estilo['linha']}>
              <Botao forma="secundario" onClick={copiar}>
                {t('agenda.copiar')}
              </Botao>
              <span role="status">{copiado && t('agenda.copiado')}</span>
            </div>
          </Aviso>
        )}
        <ul className={estilo['itens']}>
          {calendarios
            ?.filter(({ escopo }) => escopo === 'USUARIO')
            .map(({ id, criadoEm }) => {
              const nome = t('agenda.de', { quando: data(criadoEm, fusoDaqui(), idioma) });
              return (
                <li key={id}>
                  <span>{nome}</span>
                  <Botao
                    forma="secundario"
                    aria-label={`${t('agenda.revogar')}: ${nome}`}
                    ocupado={revogar.ocupado}
                    onClick={() => revogar.enviar(undefined, id)}
                  >
                    {t('agenda.revogar')}
                  </Botao>
                </li>
              );
            })}
        </ul>
        <div>
          <Botao forma="secundario" ocupado={criar.ocupado} onClick={() => criar.enviar(undefined)}>
            {t('agenda.criar')}
          </Botao>
        </div>
      </div>
    </details>
  );
}
