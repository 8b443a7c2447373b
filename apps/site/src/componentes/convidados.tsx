import { type FormEvent, useState } from 'react';
import type { ConvidadosHttp, ReservaHttp } from '@plataforma/contracts';
import { agora, Botao, Campo, consultas, Etiqueta, Falha, useEnvio } from '@plataforma/kit';
import { useQuery } from '@tanstack/react-query';
import { api } from '../api.js';
import { useTextos } from '../textos/index.js';
import estilo from '../telas/telas.module.css';

const TONS = { VEM: 'livre', NAO_VEM: 'perigo' } as const;

/** Who else comes to a booking, by e-mail, and what they said. */
export function Convidados({ reserva: { id, status, inicio } }: { reserva: ReservaHttp }) {
  const t = useTextos();
  const muda = /^(PENDENTE_|CONFIRMADA)/.test(status) && Date.parse(inicio) > agora();
  const chave = ['convidados', id];
  const { data, error, refetch } = useQuery({
    queryKey: chave,
    queryFn: async () => (await api('GET /v1/reservas/:id/convidados', { parametros: { id } })).body,
    staleTime: 5_000,
  });
  const itens = data?.itens ?? [];
  const mudar = useEnvio(
    async (emails: string[]) =>
      (await api('PUT /v1/reservas/:id/convidados', { parametros: { id }, corpo: { emails } })).body,
    (lista) => consultas.setQueryData<ConvidadosHttp>(chave, lista),
  );
  const emails = itens.map(({ email }) => email);
  if (data && itens.length === 0 && !muda) return null;
  return (
    <section className={estilo['pilha']} aria-labelledby="convidados">
      <h2 id="convidados">{t('convidados.titulo')}</h2>
      {error && !data && <Falha erro={error} deNovo={() => void refetch()} />}
      {mudar.erro && <Falha erro={mudar.erro} />}
      {itens.length > 0 && (
        <ul className={estilo['itens']}>
          {itens.map(({ id: convidado, email, resposta, avisado }) => (
            <li key={convidado}>
              <span>{email}</span>
              <span className={estilo['linha']}>
                {resposta ? (
                  <Etiqueta tom={TONS[resposta]}>{t(`convidados.respostas.${resposta}`)}</Etiqueta>
                ) : (
                  <span className={estilo['suave']}>
                    {t(avisado === null ? 'convidados.aAvisar' : 'convidados.semResposta')}
                  </span>
                )}
                {muda && (
                  <Botao
                    forma="leve"
                    ocupado={mudar.ocupado}
                    aria-label={t('convidados.tirarDe', { email })}
                    onClick={() =>
                      mudar.enviar(
                        undefined,
                        emails.filter((outro) => outro !== email),
                      )
                    }
                  >
                    {t('convidados.tirar')}
                  </Botao>
                )}
              </span>
            </li>
          ))}
        </ul>
      )}
      {data && muda && (
        <Convidar
          detalhe={t(status === 'CONFIRMADA' ? 'convidados.detalhe' : 'convidados.detalheAntes')}
          ocupado={mudar.ocupado}
          recusado={Object.keys(mudar.campos).length > 0}
          convidar={(novos, evento) => mudar.enviar(evento, [...emails, ...novos])}
          feitos={itens.length}
        />
      )}
    </section>
  );
}

/** Guests of all of a series: they are said anew, since each time may have others now. */
export function ConvidadosDaSerie({ serieId }: { serieId: string }) {
  const t = useTextos();
  const mudar = useEnvio(
    async (emails: string[]) =>
      (await api('PUT /v1/series/:id/convidados', { parametros: { id: serieId }, corpo: { emails } })).body,
    () => consultas.invalidateQueries({ queryKey: ['convidados'] }),
  );
  const [feito, setFeito] = useState<string[]>();
  return (
    <section className={estilo['pilha']} aria-labelledby="convidados">
      <h2 id="convidados">{t('convidados.titulo')}</h2>
      {mudar.erro && <Falha erro={mudar.erro} />}
      <Convidar
        detalhe={t('convidados.detalheDaSerie')}
        ocupado={mudar.ocupado}
        recusado={Object.keys(mudar.campos).length > 0}
        convidar={(emails, evento) => {
          setFeito(emails);
          mudar.enviar(evento, emails);
        }}
        feitos={mudar.feito ? (feito?.length ?? 0) : 0}
      />
      <p role="status">{mudar.feito && t('convidados.daSerie', { emails: feito?.join(', ') ?? '' })}</p>
    </section>
  );
}

/** As people copy them: apart by commas, spaces or lines. */
const enderecosDe = (escrito: string): string[] => escrito.split(/[\s,;]+/).filter((um) => um !== '');

function Convidar({
  detalhe,
  ocupado,
  recusado,
  convidar,
  feitos,
}: {
  detalhe: string;
  ocupado: boolean;
  recusado: boolean;
  convidar: (emails: string[], evento: FormEvent) => void;
  /** What was written is gone once as many are there. */
  feitos: number;
}) {
  const t = useTextos();
  const [escrito, setEscrito] = useState({ texto: '', com: feitos });
  const texto = escrito.com === feitos ? escrito.texto : '';
  return (
    <form
      className={estilo['pilha']}
      onSubmit={(evento) => {
        evento.preventDefault();
        const novos = enderecosDe(texto);
        if (novos.length > 0) convidar(novos, evento);
      }}
    >
      <Campo
        rotulo={t('convidados.emails')}
        dica={detalhe}
        erro={recusado ? t('convidados.recusado') : undefined}
        type="text"
        inputMode="email"
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        required
        value={texto}
        onChange={({ target }) => setEscrito({ texto: target.value, com: feitos })}
      />
      <div>
        <Botao type="submit" forma="secundario" ocupado={ocupado}>
          {t('convidados.convidar')}
        </Botao>
      </div>
    </form>
  );
}
