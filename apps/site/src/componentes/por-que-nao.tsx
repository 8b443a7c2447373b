import { useState } from 'react';
import type { EspacoHttp } from '@plataforma/contracts';
import { Botao, Campo, data, Falha, hora, instanteDe, minutosDepois, useIdioma } from '@plataforma/kit';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api } from '../api.js';
import { EntrarNaFila } from './entrar-na-fila.js';
import { useTextos } from '../textos/index.js';
import estilo from '../telas/espaco.module.css';

/** A time that is not in the list is asked for: which rule stands in the way, and what is nearest. */
export function PorQueNao({
  espaco,
  dia,
  minutos,
  escolher,
}: {
  espaco: EspacoHttp;
  dia: string;
  minutos: number;
  escolher: (inicio: string) => void;
}) {
  const t = useTextos();
  const idioma = useIdioma();
  const { id, fuso } = espaco;
  const [escrita, setEscrita] = useState('');
  const [perguntada, setPerguntada] = useState<string>();
  const inicio = perguntada === undefined ? undefined : instanteDe(dia, perguntada, fuso);
  const resposta = useQuery({
    queryKey: ['porque', id, inicio, minutos],
    enabled: inicio !== undefined,
    queryFn: async () =>
      (
        await api('GET /v1/espacos/:id/porque', {
          parametros: { id },
          consulta: { inicio: inicio ?? '', fim: minutosDepois(inicio ?? '', minutos) },
        })
      ).body,
  });
  const { livre, impedimento, alternativas } = resposta.data ?? {};
  return (
    <details className={estilo['porque']}>
      <summary>{t('espaco.outroHorario')}</summary>
      <div>
        <form
          className={estilo['parte']}
          onSubmit={(evento) => {
            evento.preventDefault();
            setPerguntada(escrita);
          }}
        >
          <Campo
            rotulo={t('espaco.hora')}
            type="time"
            required
            value={escrita}
            onChange={({ target }) => setEscrita(target.value)}
          />
          <div>
            <Botao type="submit" forma="secundario" ocupado={resposta.isFetching}>
              {t('espaco.verificar')}
            </Botao>
          </div>
        </form>
        {resposta.error && <Falha erro={resposta.error} deNovo={() => void resposta.refetch()} />}
        <div role="status" className={estilo['parte']}>
          {livre === true && inicio !== undefined && (
            <>
              <p>{t('espaco.estaLivre')}</p>
              <div>
                <Botao forma="secundario" onClick={() => escolher(inicio)}>
                  {t('espaco.escolher', { hora: hora(inicio, fuso, idioma) })}
                </Botao>
              </div>
            </>
          )}
          {impedimento && <p>{impedimento.explicacao}.</p>}
          {alternativas?.outrosHorarios.map((outro) => (
            <div key={outro.inicio}>
              <Botao forma="secundario" onClick={() => escolher(outro.inicio)}>
                {data(outro.inicio, fuso, idioma)}, {hora(outro.inicio, fuso, idioma)}–{hora(outro.fim, fuso, idioma)}
              </Botao>
            </div>
          ))}
          {alternativas?.outrosEspacos.map((outro) => (
            <Link key={outro.id} to="/espacos/$id" params={{ id: outro.id }} search={{ dia, minutos, inicio }}>
              {t('espaco.noutro', { nome: outro.nome })}
            </Link>
          ))}
        </div>
        {impedimento?.code === 'reservas.espaco-indisponivel' && inicio !== undefined && (
          <EntrarNaFila espacoId={id} {...{ inicio, minutos }} />
        )}
      </div>
    </details>
  );
}
